// Reading escapes, classes and repetition operators.
#include "text/pattern_scanner.h"

#include <algorithm>
#include <utility>

#include "text/pattern_parser.h"

namespace listing_sync::pattern {
namespace {

constexpr std::string_view kKnownScripts = "Han, Hiragana, Katakana";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The digits at `text[at]` as a number that stops growing above kRepeatMax.
std::optional<std::uint32_t> take_number(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  std::uint32_t value = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    value = std::min(value * 10 + static_cast<std::uint32_t>(text[at] - '0'), kRepeatMax + 1);
  }
  return at == begin ? std::nullopt : std::optional(value);
}

/// Takes a leading `^` off a class's name.
bool take_negation(std::string_view& name) {
  if (name.empty() || name.front() != '^') return false;
  name.remove_prefix(1);
  return true;
}

}  // namespace

// A message is one line: what would break it is shown as a space.
std::string in_ticks(std::string_view text) {
  std::string shown = "`";
  for (const char c : text) shown += (c >= 0 && c < ' ') || c == 0x7F ? ' ' : c;
  return shown + '`';
}

bool Scanner::eat(std::string_view what) {
  if (!looking_at(what)) return false;
  at_ += what.size();
  return true;
}

char32_t Scanner::take_point() {
  const Decoded decoded = decode(text_, at_);
  at_ += decoded.size;
  return decoded.point;
}

std::optional<std::string_view> Scanner::take_until(std::string_view end) {
  const std::size_t found = text_.find(end, at_);
  if (found == std::string_view::npos) return std::nullopt;
  const std::string_view before = text_.substr(at_, found - at_);
  at_ = found + end.size();
  return before;
}

void Scanner::fail(std::size_t offset, std::string message, std::string code) {
  fault_ = Fault{std::move(code), "offset " + std::to_string(offset), std::move(message)};
}

std::optional<Repeat> Scanner::repeat_operator() {
  if (eat("*")) return Repeat{0, kUnbounded};
  if (eat("+")) return Repeat{1, kUnbounded};
  if (eat("?")) return Repeat{0, 1};
  const std::optional<Repeat> counted = counted_repeat();
  if (counted) at_ = text_.find('}', at_) + 1;
  return counted;
}

/// Braces that hold no count are ordinary text, as in RE2.
std::optional<Repeat> Scanner::counted_repeat() const {
  if (peek() != '{') return std::nullopt;
  std::size_t at = at_ + 1;
  const auto next_is = [&](char c) { return at < text_.size() && text_[at] == c; };
  const std::optional<std::uint32_t> min = take_number(text_, at);
  if (!min) return std::nullopt;
  if (next_is('}')) return Repeat{*min, *min};
  if (!next_is(',')) return std::nullopt;
  ++at;
  if (next_is('}')) return Repeat{*min, kUnbounded};
  const std::optional<std::uint32_t> max = take_number(text_, at);
  if (!max || !next_is('}')) return std::nullopt;
  return Repeat{*min, *max};
}

std::optional<CharClass> Scanner::class_escape() {
  if (peek() != '\\') return std::nullopt;
  if (peek(1) == 'p' || peek(1) == 'P') return script_escape();
  std::optional<CharClass> members = perl_class(static_cast<unsigned char>(peek(1)));
  if (members) at_ += 2;
  return members;
}

/// `\p{Han}`, `\P{Han}`, `\p{^Han}`.
std::optional<CharClass> Scanner::script_escape() {
  const std::size_t open = at_;
  bool negated = peek(1) == 'P';
  at_ += 2;
  std::string_view name;
  if (eat("{")) name = take_until("}").value_or("");
  if (take_negation(name)) negated = !negated;
  std::optional<CharClass> members = script_class(name);
  if (!members) {
    fail(open, "unknown Unicode property; known are " + std::string(kKnownScripts) +
                   ", written like `\\p{Han}`");
    return std::nullopt;
  }
  if (negated) members->seal(true);
  return members;
}

std::optional<char32_t> Scanner::point_escape() {
  const std::size_t open = at_;
  ++at_;
  if (at_end()) return fail(open, "the pattern ends in a backslash"), std::nullopt;
  const char32_t letter = take_point();
  switch (letter) {
    case 'a':
      return U'\a';
    case 'f':
      return U'\f';
    case 'n':
      return U'\n';
    case 'r':
      return U'\r';
    case 't':
      return U'\t';
    case 'v':
      return U'\v';
    case 'x':
      return hex_escape(open);
    default:
      break;
  }
  const bool punctuation = letter > ' ' && letter < 0x7F && (letter == '_' || !is_word(letter));
  if (punctuation) return letter;
  const bool digit = letter >= '1' && letter <= '9';
  fail(open, digit ? "back-references are not supported: patterns are matched in linear time"
                   : "unknown escape " + in_ticks(text_.substr(open, at_ - open)));
  return std::nullopt;
}

/// Behind `\x`: two hexadecimal digits, or up to eight of them in braces.
std::optional<char32_t> Scanner::hex_escape(std::size_t open) {
  const bool braces = eat("{");
  char32_t point = 0;
  std::size_t digits = 0;
  for (; digits < (braces ? 8U : 2U) && hex_digit(peek()) >= 0; ++digits, ++at_) {
    point = point << 4 | static_cast<char32_t>(hex_digit(peek()));
  }
  const bool complete = braces ? digits > 0 && eat("}") : digits == 2;
  if (complete && point <= kCodePointLast) return point;
  fail(open,
       "expected `\\x` with two hexadecimal digits, or `\\x{…}` with a code point up to 10FFFF");
  return std::nullopt;
}

std::optional<CharClass> Scanner::bracket_class(bool ignore_case) {
  const std::size_t open = at_;
  ++at_;
  const bool negated = eat("^");
  CharClass members;
  bool first = true;
  while (first || peek() != ']') {  // a `]` in front is an ordinary member
    if (at_end()) return fail(open, "the class that opens here is not closed"), std::nullopt;
    if (!class_item(members)) return std::nullopt;
    first = false;
  }
  ++at_;
  if (ignore_case) members.add_other_case();
  members.seal(negated);
  return members;
}

bool Scanner::class_item(CharClass& members) {
  if (looking_at("[:")) return posix_item(members);
  const std::optional<CharClass> named = class_escape();
  if (named) members.add(*named);
  return named.has_value() || (!fault_ && range_item(members));
}

/// `[:alpha:]`, `[:^alpha:]`.
bool Scanner::posix_item(CharClass& members) {
  const std::size_t open = at_;
  at_ += 2;
  std::string_view name = take_until(":]").value_or("");
  const bool negated = take_negation(name);
  std::optional<CharClass> named = posix_class(name);
  if (!named) {
    fail(open, "unknown class name; write for example `[[:alpha:]]` or `[[:digit:]]`");
    return false;
  }
  if (negated) named->seal(true);
  members.add(*named);
  return true;
}

/// One character, or two with `-` between them.
bool Scanner::range_item(CharClass& members) {
  const std::size_t begin = at_;
  const std::optional<char32_t> low = class_point();
  if (!low) return false;
  std::optional<char32_t> high = low;
  if (peek() == '-' && peek(1) != ']' && at_ + 1 < text_.size()) {
    ++at_;
    high = class_point();
    if (!high) return false;
  }
  if (*high < *low) {
    fail(begin,
         "the range " + in_ticks(text_.substr(begin, at_ - begin)) + " ends below its beginning");
    return false;
  }
  members.add(*low, *high);
  return true;
}

std::optional<char32_t> Scanner::class_point() {
  return peek() == '\\' ? point_escape() : std::optional(take_point());
}

}  // namespace listing_sync::pattern
