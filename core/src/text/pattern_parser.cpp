// Pattern text -> tree, by recursive descent.
#include "text/pattern_parser.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "text/pattern_scanner.h"
#include "text/pattern_utf8.h"

namespace listing_sync::pattern {
namespace {

constexpr NodeId kFailed = UINT32_MAX;

struct Flags {
  bool ignore_case = false;  // i
  bool multi_line = false;   // m: ^ and $ also at line breaks
  bool dot_all = false;      // s: . also matches a line break
};

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_word(static_cast<unsigned char>(c));
  });
}

/// The offset of the first byte that is no UTF-8.
std::optional<std::size_t> invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded decoded = decode(text, at);
    if (!decoded.valid) return at;
    at += decoded.size;
  }
  return std::nullopt;
}

/// One parse. A member that fails has told the scanner and answers kFailed or false.
class Parser {
 public:
  explicit Parser(std::string_view text) : scan_(text) {}

  Result<Tree> parse();

 private:
  // The grammar, from the whole to its parts.
  NodeId choice(std::size_t depth);
  NodeId sequence(std::size_t depth);
  NodeId repeated(NodeId body);
  NodeId atom(std::size_t depth);
  NodeId group(std::size_t depth);
  bool group_name(std::size_t open);
  bool group_flags(std::size_t open, bool& opens);
  NodeId escape();

  NodeId any_point();
  NodeId character(char32_t point);
  NodeId char_class(std::optional<CharClass> members);
  NodeId assertion(Assertion kind, std::size_t bytes);

  bool fail(std::size_t offset, std::string message) {
    scan_.fail(offset, std::move(message));
    return false;
  }
  NodeId failed(std::size_t offset, std::string message) {
    scan_.fail(offset, std::move(message));
    return kFailed;
  }

  Scanner scan_;
  Flags flags_;
  Tree tree_;
  std::vector<std::string_view> names_;
};

Result<Tree> Parser::parse() {
  tree_.root = choice(0);
  if (!scan_.fault() && !scan_.at_end()) fail(scan_.at(), "`)` closes no group");
  if (scan_.fault()) return *scan_.fault();
  return std::move(tree_);
}

NodeId Parser::choice(std::size_t depth) {
  std::vector<NodeId> branches;
  do {
    const NodeId branch = sequence(depth);
    if (branch == kFailed) return kFailed;
    branches.push_back(branch);
  } while (scan_.eat("|"));
  return tree_.add_choice(std::move(branches));
}

NodeId Parser::sequence(std::size_t depth) {
  std::vector<NodeId> parts;
  while (!scan_.at_end() && scan_.peek() != '|' && scan_.peek() != ')') {
    const NodeId part = atom(depth);
    if (part == kFailed) return kFailed;
    const NodeId whole = repeated(part);
    if (whole == kFailed) return kFailed;
    // What takes no state matches the empty text and needs no place in the sequence.
    if (tree_.nodes[whole].states != 0) parts.push_back(whole);
  }
  return parts.empty() ? tree_.add_empty() : tree_.add_sequence(std::move(parts));
}

NodeId Parser::repeated(NodeId body) {
  const std::size_t at = scan_.at();
  const std::optional<Repeat> repeat = scan_.repeat_operator();
  if (!repeat) return body;
  scan_.eat("?");  // lazy: yes or no comes out the same
  if (repeat->min > kRepeatMax || (repeat->max != kUnbounded && repeat->max > kRepeatMax)) {
    scan_.fail(at, "a repetition counts to at most " + std::to_string(kRepeatMax),
               "pattern_too_large");
    return kFailed;
  }
  if (repeat->min > repeat->max) return failed(at, "the repetition ends below its beginning");
  const std::size_t second = scan_.at();
  if (scan_.repeat_operator()) {
    return failed(second, "a repetition cannot be repeated; put brackets around the first one");
  }
  return tree_.add_repeat(body, repeat->min, repeat->max);
}

NodeId Parser::atom(std::size_t depth) {
  const std::size_t begin = scan_.at();
  if (scan_.repeat_operator()) return failed(begin, "there is nothing to repeat here");
  switch (scan_.peek()) {
    case '(':
      return group(depth);
    case '[':
      return char_class(scan_.bracket_class(flags_.ignore_case));
    case '\\':
      return escape();
    case '^':
      return assertion(flags_.multi_line ? Assertion::line_begin : Assertion::text_begin, 1);
    case '$':
      return assertion(flags_.multi_line ? Assertion::line_end : Assertion::text_end, 1);
    case '.':
      return any_point();
    default:
      return character(scan_.take_point());
  }
}

NodeId Parser::group(std::size_t depth) {
  const std::size_t open = scan_.at();
  if (depth == kGroupDepthMax) {
    return failed(open, "groups are nested deeper than " + std::to_string(kGroupDepthMax));
  }
  for (const std::string_view look : {"(?=", "(?!", "(?<=", "(?<!"}) {
    if (!scan_.looking_at(look)) continue;
    return failed(open, "look-around is not supported: patterns are matched in linear time");
  }
  const Flags outer = flags_;
  if (scan_.eat("(?P<") || scan_.eat("(?<")) {
    if (!group_name(open)) return kFailed;
  } else if (scan_.eat("(?")) {
    bool opens = true;
    if (!group_flags(open, opens)) return kFailed;
    if (!opens) return tree_.add_empty();  // `(?i)` holds to the end of the enclosing group
  } else {
    scan_.skip(1);
  }
  const NodeId body = choice(depth + 1);
  if (body == kFailed) return kFailed;
  if (!scan_.eat(")")) return failed(open, "the group that opens here is not closed");
  flags_ = outer;
  return body;
}

bool Parser::group_name(std::size_t open) {
  const std::string_view name = scan_.take_until(">").value_or("");
  if (!is_name(name)) return fail(open, "a group's name is letters, digits and `_` before `>`");
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
    return fail(open, "two groups have the name " + in_ticks(name));
  }
  names_.push_back(name);
  return true;
}

/// Behind `(?`: flags, with `-` before those to be switched off, then `:` (a group opens) or `)`.
bool Parser::group_flags(std::size_t open, bool& opens) {
  bool on = true;
  bool any = false;  // since the last `-`
  for (;; scan_.skip(1)) {
    const char c = scan_.peek();
    if (c == ':' || c == ')') {
      if (!any && (c == ')' || !on)) return fail(open, "a flag is missing in this group");
      opens = c == ':';
      scan_.skip(1);
      return true;
    }
    if (c == '-' && on) {
      on = any = false;
      continue;
    }
    any = true;
    if (c == 'i') {
      flags_.ignore_case = on;
    } else if (c == 'm') {
      flags_.multi_line = on;
    } else if (c == 's') {
      flags_.dot_all = on;
    } else if (c != 'U') {  // greedy or not: yes or no comes out the same
      return fail(open,
                  "unknown kind of group; known are `(`, `(?:`, `(?P<name>`, `(?<name>` and the "
                  "flags i, m, s, U");
    }
  }
}

/// A backslash outside brackets.
NodeId Parser::escape() {
  switch (scan_.peek(1)) {
    case 'A':
      return assertion(Assertion::text_begin, 2);
    case 'z':
      return assertion(Assertion::text_end, 2);
    case 'b':
      return assertion(Assertion::word_boundary, 2);
    case 'B':
      return assertion(Assertion::no_word_boundary, 2);
    default:
      break;
  }
  std::optional<CharClass> members = scan_.class_escape();
  if (members || scan_.fault()) return char_class(std::move(members));
  const std::optional<char32_t> point = scan_.point_escape();
  return point ? character(*point) : kFailed;
}

NodeId Parser::any_point() {
  scan_.skip(1);
  CharClass any;
  if (!flags_.dot_all) any.add('\n', '\n');
  any.seal(true);
  return tree_.add_class(std::move(any));
}

NodeId Parser::character(char32_t point) {
  const char32_t other = other_case(point);
  if (!flags_.ignore_case || other == point) return tree_.add_character(point);
  CharClass both;
  both.add(point, point);
  both.add(other, other);
  both.seal(false);
  return tree_.add_class(std::move(both));
}

NodeId Parser::char_class(std::optional<CharClass> members) {
  return members ? tree_.add_class(std::move(*members)) : kFailed;
}

NodeId Parser::assertion(Assertion kind, std::size_t bytes) {
  scan_.skip(bytes);
  return tree_.add_assertion(kind);
}

}  // namespace

Result<Tree> parse(std::string_view pattern) {
  if (pattern.size() > kPatternBytesMax) {
    return Fault{"pattern_too_large", "offset " + std::to_string(kPatternBytesMax),
                 "a pattern has at most " + std::to_string(kPatternBytesMax) + " bytes"};
  }
  if (const auto offset = invalid_utf8(pattern)) {
    return Fault{"bad_pattern", "offset " + std::to_string(*offset), "this is not valid UTF-8"};
  }
  Result<Tree> tree = Parser(pattern).parse();
  if (!tree.ok()) return tree;
  const std::uint64_t states = tree.value().nodes[tree.value().root].states;
  if (states <= kStatesMax) return tree;
  return Fault{"pattern_too_large", "offset 0",
               "the pattern needs " +
                   (states == kStatesCap ? "very many" : std::to_string(states)) +
                   " states once its repetitions are written out; at most " +
                   std::to_string(kStatesMax) + " are allowed"};
}

}  // namespace listing_sync::pattern
