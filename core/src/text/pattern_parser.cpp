// Pattern text -> tree, by recursive descent.
#include "text/pattern_parser.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "text/pattern_program.h"
#include "text/pattern_utf8.h"

namespace listing_sync::pattern {
namespace {

constexpr NodeId kFailed = UINT32_MAX;
constexpr std::string_view kKnownScripts = "Han, Hiragana, Katakana";

struct Flags {
  bool ignore_case = false;  // i
  bool multi_line = false;   // m: ^ and $ also at line breaks
  bool dot_all = false;      // s: . also matches a line break
};

std::string in_ticks(std::string_view text) { return "`" + std::string(text) + "`"; }

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_word(static_cast<unsigned char>(c));
  });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// One parse. A member that fails has called fail() and answers kFailed, false or nullopt.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Tree> parse();

 private:
  struct Repeat {
    std::uint32_t min = 0;
    std::uint32_t max = 0;
  };

  // The grammar, from the whole to its parts.
  NodeId choice(std::size_t depth);
  NodeId sequence(std::size_t depth);
  NodeId atom(std::size_t depth);
  NodeId group(std::size_t depth);
  NodeId escape();
  NodeId bracket_class();
  bool flag_group(bool& opens);
  bool group_name(std::size_t name_at, std::size_t open);
  NodeId repeated(NodeId body);
  std::optional<Repeat> repeat_operator();
  std::optional<Repeat> counted_repeat() const;
  bool class_item(CharClass& members);
  bool posix_item(CharClass& members);
  std::optional<char32_t> class_point();
  std::optional<char32_t> escaped_point();
  std::optional<char32_t> hex_point(std::size_t open);
  std::optional<CharClass> script(std::size_t open);

  NodeId add_character(char32_t point);

  // The text.
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool looking_at(std::string_view what) const {
    return text_.substr(at_, what.size()) == what;
  }
  bool eat(std::string_view what) {
    if (!looking_at(what)) return false;
    at_ += what.size();
    return true;
  }
  char32_t take_point() {
    const Decoded decoded = decode(text_, at_);
    at_ += decoded.size;
    return decoded.point;
  }

  void fail(std::size_t offset, std::string message, std::string code = "bad_pattern");
  NodeId failed(std::size_t offset, std::string message) {
    fail(offset, std::move(message));
    return kFailed;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Flags flags_;
  Tree tree_;
  std::vector<std::string_view> names_;
  std::optional<Fault> fault_;
};

void Parser::fail(std::size_t offset, std::string message, std::string code) {
  fault_ = Fault{std::move(code), "offset " + std::to_string(offset), std::move(message)};
}

Result<Tree> Parser::parse() {
  if (text_.size() > kPatternBytesMax) {
    fail(kPatternBytesMax, "a pattern has at most " + std::to_string(kPatternBytesMax) + " bytes",
         "pattern_too_large");
    return *fault_;
  }
  for (std::size_t at = 0; at < text_.size();) {
    const Decoded decoded = decode(text_, at);
    if (!decoded.valid) {
      fail(at, "the pattern is not valid UTF-8");
      return *fault_;
    }
    at += decoded.size;
  }
  tree_.root = choice(0);
  if (!fault_ && !at_end()) fail(at_, "`)` closes no group");
  if (fault_) return *fault_;
  const std::uint64_t states = tree_.nodes[tree_.root].states;
  if (states > kStatesMax) {
    const bool capped = states == kStatesCap;
    fail(0,
         "the pattern needs " + (capped ? "very many" : std::to_string(states)) +
             " states once its repetitions are written out; at most " + std::to_string(kStatesMax) +
             " are allowed",
         "pattern_too_large");
    return *fault_;
  }
  return std::move(tree_);
}

NodeId Parser::choice(std::size_t depth) {
  std::vector<NodeId> branches;
  do {
    const NodeId branch = sequence(depth);
    if (branch == kFailed) return kFailed;
    branches.push_back(branch);
  } while (eat("|"));
  return tree_.add_choice(std::move(branches));
}

NodeId Parser::sequence(std::size_t depth) {
  std::vector<NodeId> parts;
  while (!at_end() && peek() != '|' && peek() != ')') {
    const NodeId part = atom(depth);
    if (part == kFailed) return kFailed;
    const NodeId whole = repeated(part);
    if (whole == kFailed) return kFailed;
    // What takes no state matches the empty text and needs no place in the sequence.
    if (tree_.nodes[whole].states != 0) parts.push_back(whole);
  }
  return parts.empty() ? tree_.add_empty() : tree_.add_sequence(std::move(parts));
}

NodeId Parser::atom(std::size_t depth) {
  const std::size_t begin = at_;
  if (repeat_operator()) return failed(begin, "there is nothing to repeat here");
  switch (peek()) {
    case '(':
      return group(depth);
    case '[':
      return bracket_class();
    case '\\':
      return escape();
    case '^':
      ++at_;
      return tree_.add_assertion(flags_.multi_line ? Assertion::line_begin : Assertion::text_begin);
    case '$':
      ++at_;
      return tree_.add_assertion(flags_.multi_line ? Assertion::line_end : Assertion::text_end);
    case '.': {
      ++at_;
      CharClass any;
      if (!flags_.dot_all) any.add('\n', '\n');
      any.seal(true);
      return tree_.add_class(std::move(any));
    }
    default:
      return add_character(take_point());
  }
}

NodeId Parser::group(std::size_t depth) {
  const std::size_t open = at_;
  if (depth == kGroupDepthMax) {
    return failed(open, "groups are nested deeper than " + std::to_string(kGroupDepthMax));
  }
  const Flags outer = flags_;
  for (const std::string_view look : {"(?=", "(?!", "(?<=", "(?<!"}) {
    if (looking_at(look)) return failed(open, "look-around is not supported: " + in_ticks(look));
  }
  const bool named = eat("(?P<") || eat("(?<");
  if (named) {
    if (!group_name(at_, open)) return kFailed;
  } else if (eat("(?")) {
    bool opens = true;
    if (!flag_group(opens)) return kFailed;
    if (!opens)
      return tree_.add_empty();  // `(?i)`: the flags hold to the end of the enclosing group
  } else {
    ++at_;
  }
  const NodeId body = choice(depth + 1);
  if (body == kFailed) return kFailed;
  if (!eat(")")) return failed(open, "the group that opens here is not closed");
  flags_ = outer;
  return body;
}

bool Parser::group_name(std::size_t name_at, std::size_t open) {
  const std::size_t end = text_.find('>', name_at);
  const std::string_view name =
      end == std::string_view::npos ? std::string_view() : text_.substr(name_at, end - name_at);
  if (!is_name(name)) {
    fail(open, "a group's name is letters, digits and `_`, closed by `>`");
    return false;
  }
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
    fail(open, "two groups have the name " + in_ticks(name));
    return false;
  }
  names_.push_back(name);
  at_ = end + 1;
  return true;
}

/// Behind `(?`: the flags i, m, s, U, with `-` before those to be switched off, then `:` (a group
/// opens) or `)`.
bool Parser::flag_group(bool& opens) {
  const std::size_t open = at_ - 2;
  bool on = true;
  bool any = false;
  for (;; ++at_) {
    switch (peek()) {
      case 'i':
        flags_.ignore_case = on;
        break;
      case 'm':
        flags_.multi_line = on;
        break;
      case 's':
        flags_.dot_all = on;
        break;
      case 'U':  // greedy or not makes no difference to yes or no
        break;
      case '-':
        if (!on) return fail(open, "a flag group has one `-`"), false;
        on = false;
        any = false;
        continue;
      case ':':
      case ')':
        if (!any && (!on || peek() == ')')) return fail(open, "a flag is missing here"), false;
        opens = peek() == ':';
        ++at_;
        return true;
      default:
        fail(open,
             "unknown kind of group: known are `(`, `(?:`, `(?P<name>`, `(?<name>` and the flags "
             "i, m, s, U");
        return false;
    }
    any = true;
  }
}

NodeId Parser::repeated(NodeId body) {
  const std::optional<Repeat> repeat = repeat_operator();
  if (!repeat) return body;
  const std::size_t operator_end = at_;
  eat("?");  // lazy: yes or no comes out the same
  if (repeat->min > kRepeatMax || (repeat->max != kUnbounded && repeat->max > kRepeatMax)) {
    fail(operator_end, "a repetition counts to at most " + std::to_string(kRepeatMax),
         "pattern_too_large");
    return kFailed;
  }
  if (repeat->min > repeat->max) {
    return failed(operator_end, "the repetition ends below its beginning");
  }
  const std::size_t second = at_;
  if (repeat_operator()) {
    return failed(second, "a repetition cannot be repeated; put brackets around the first one");
  }
  return tree_.add_repeat(body, repeat->min, repeat->max);
}

std::optional<Parser::Repeat> Parser::repeat_operator() {
  if (eat("*")) return Repeat{0, kUnbounded};
  if (eat("+")) return Repeat{1, kUnbounded};
  if (eat("?")) return Repeat{0, 1};
  const std::optional<Repeat> counted = counted_repeat();
  if (counted) at_ = text_.find('}', at_) + 1;
  return counted;
}

/// `{n}`, `{n,}` or `{n,m}` at the current place; anything else in braces is ordinary text, as in
/// RE2.
std::optional<Parser::Repeat> Parser::counted_repeat() const {
  if (peek() != '{') return std::nullopt;
  std::size_t at = at_ + 1;
  const auto number = [&]() -> std::optional<std::uint32_t> {
    const std::size_t begin = at;
    std::uint32_t value = 0;
    for (; at < text_.size() && is_digit(text_[at]); ++at) {
      value = std::min(value * 10 + static_cast<std::uint32_t>(text_[at] - '0'), kRepeatMax + 1);
    }
    return at == begin ? std::nullopt : std::optional(value);
  };
  const auto next_is = [&](char c) { return at < text_.size() && text_[at] == c; };
  const std::optional<std::uint32_t> min = number();
  if (!min) return std::nullopt;
  if (next_is('}')) return Repeat{*min, *min};
  if (!next_is(',')) return std::nullopt;
  ++at;
  if (next_is('}')) return Repeat{*min, kUnbounded};
  const std::optional<std::uint32_t> max = number();
  if (!max || !next_is('}')) return std::nullopt;
  return Repeat{*min, *max};
}

/// A backslash outside a class.
NodeId Parser::escape() {
  const char letter = peek(1);
  const auto assertion = [this](Assertion kind) {
    at_ += 2;
    return tree_.add_assertion(kind);
  };
  if (letter == 'A') return assertion(Assertion::text_begin);
  if (letter == 'z') return assertion(Assertion::text_end);
  if (letter == 'b') return assertion(Assertion::word_boundary);
  if (letter == 'B') return assertion(Assertion::no_word_boundary);
  if (letter >= '1' && letter <= '9') return failed(at_, "back-references are not supported");
  if (letter == 'p' || letter == 'P') {
    std::optional<CharClass> members = script(at_);
    return members ? tree_.add_class(std::move(*members)) : kFailed;
  }
  if (std::optional<CharClass> members = perl_class(static_cast<unsigned char>(letter))) {
    at_ += 2;
    return tree_.add_class(std::move(*members));
  }
  const std::optional<char32_t> point = escaped_point();
  return point ? add_character(*point) : kFailed;
}

/// `\p{Han}`, `\P{Han}`, `\p{^Han}`.
std::optional<CharClass> Parser::script(std::size_t open) {
  bool negated = peek(1) == 'P';
  at_ += 2;
  const std::size_t end = peek() == '{' ? text_.find('}', at_) : std::string_view::npos;
  std::string_view name;
  if (end != std::string_view::npos) name = text_.substr(at_ + 1, end - at_ - 1);
  if (!name.empty() && name.front() == '^') {
    negated = !negated;
    name.remove_prefix(1);
  }
  std::optional<CharClass> members = script_class(name);
  if (!members) {
    fail(open, "unknown Unicode property; known are " + std::string(kKnownScripts) +
                   ", written like `\\p{Han}`");
    return std::nullopt;
  }
  at_ = end + 1;
  if (negated) members->seal(true);
  return members;
}

/// A backslash that stands for one character.
std::optional<char32_t> Parser::escaped_point() {
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
      return hex_point(open);
    default:
      break;
  }
  const bool punctuation = letter > ' ' && letter < 0x7F && (letter == '_' || !is_word(letter));
  if (punctuation) return letter;
  fail(open, "unknown escape " + in_ticks(text_.substr(open, at_ - open)));
  return std::nullopt;
}

/// Behind `\x`: two hexadecimal digits, or any number of them in braces.
std::optional<char32_t> Parser::hex_point(std::size_t open) {
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

NodeId Parser::bracket_class() {
  const std::size_t open = at_;
  ++at_;
  const bool negated = eat("^");
  CharClass members;
  bool first = true;
  while (first || !looking_at("]")) {  // a `]` in front is an ordinary member
    if (at_end()) return failed(open, "the class that opens here is not closed");
    if (!class_item(members)) return kFailed;
    first = false;
  }
  ++at_;
  if (flags_.ignore_case) members.add_other_case();
  members.seal(negated);
  return tree_.add_class(std::move(members));
}

/// One member of a class: a named class, a character or a range.
bool Parser::class_item(CharClass& members) {
  if (looking_at("[:")) return posix_item(members);
  if (peek() == '\\') {
    if (peek(1) == 'p' || peek(1) == 'P') {
      const std::optional<CharClass> named = script(at_);
      if (named) members.add(*named);
      return named.has_value();
    }
    if (const auto named = perl_class(static_cast<unsigned char>(peek(1)))) {
      at_ += 2;
      members.add(*named);
      return true;
    }
  }
  const std::size_t begin = at_;
  const std::optional<char32_t> low = class_point();
  if (!low) return false;
  char32_t high = *low;
  if (peek() == '-' && peek(1) != ']' && at_ + 1 < text_.size()) {
    ++at_;
    const std::optional<char32_t> end = class_point();
    if (!end) return false;
    high = *end;
  }
  if (high < *low) {
    fail(begin,
         "the range " + in_ticks(text_.substr(begin, at_ - begin)) + " ends below its beginning");
    return false;
  }
  members.add(*low, high);
  return true;
}

bool Parser::posix_item(CharClass& members) {
  const std::size_t open = at_;
  const std::size_t end = text_.find(":]", at_ + 2);
  std::string_view name;
  if (end != std::string_view::npos) name = text_.substr(at_ + 2, end - at_ - 2);
  const bool negated = !name.empty() && name.front() == '^';
  if (negated) name.remove_prefix(1);
  std::optional<CharClass> named = posix_class(name);
  if (!named) {
    fail(open, "unknown class name; write for example `[[:alpha:]]` or `[[:digit:]]`");
    return false;
  }
  if (negated) named->seal(true);
  members.add(*named);
  at_ = end + 2;
  return true;
}

std::optional<char32_t> Parser::class_point() {
  return peek() == '\\' ? escaped_point() : std::optional(take_point());
}

NodeId Parser::add_character(char32_t point) {
  const char32_t other = other_case(point);
  if (!flags_.ignore_case || other == point) return tree_.add_character(point);
  CharClass both;
  both.add(point, point);
  both.add(other, other);
  both.seal(false);
  return tree_.add_class(std::move(both));
}

}  // namespace

Result<Tree> parse(std::string_view pattern) { return Parser(pattern).parse(); }

}  // namespace listing_sync::pattern
