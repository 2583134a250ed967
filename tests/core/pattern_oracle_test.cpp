// Random small patterns against a matcher that simply tries everything.
#include <doctest/doctest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/pattern.h"
#include "text/pattern_parser.h"
#include "text/pattern_program.h"
#include "text/pattern_table.h"
#include "text/pattern_tree.h"

namespace {

constexpr std::uint64_t kSeed = 20261123;
constexpr int kPatterns = 4000;
constexpr std::string_view kLetters = "abc";
constexpr std::uint32_t kForever = std::numeric_limits<std::uint32_t>::max();

/// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t bound) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return static_cast<std::uint32_t>((z ^ (z >> 31)) % bound);
  }

 private:
  std::uint64_t state_;
};

enum class Kind { empty, letters, begin, end, boundary, sequence, choice, repeat };

struct Expression {
  Kind kind = Kind::empty;
  std::string letters;  // one of these
  std::vector<Expression> parts;
  std::uint32_t min = 0, max = 0;
  std::string text;  // as a pattern
};

Expression leaf(Random& random) {
  switch (random.below(9)) {
    case 0:
      return {Kind::empty, "", {}, 0, 0, "(?:)"};
    case 1:
      return {Kind::begin, "", {}, 0, 0, "^"};
    case 2:
      return {Kind::end, "", {}, 0, 0, "$"};
    case 3:
      return {Kind::boundary, "", {}, 0, 0, "\\b"};
    case 4:
      return {Kind::letters, "ab", {}, 0, 0, "[ab]"};
    case 5:
      return {Kind::letters, "b-c", {}, 0, 0, "[^a]"};
    default: {
      const std::string letter(1, kLetters[random.below(3)]);
      return {Kind::letters, letter, {}, 0, 0, letter};
    }
  }
}

Expression expression(Random& random, int depth);

Expression list(Random& random, int depth, Kind kind, std::string_view separator) {
  Expression result{kind, "", {}, 0, 0, "("};
  const std::uint32_t size = 2 + random.below(2);
  for (std::uint32_t i = 0; i < size; ++i) {
    result.parts.push_back(expression(random, depth - 1));
    if (i != 0) result.text += separator;
    result.text += result.parts.back().text;
  }
  result.text += ")";
  return result;
}

Expression repeat(Random& random, int depth) {
  struct Operator {
    std::uint32_t min, max;
    std::string_view text;
  };
  constexpr Operator kOperators[] = {{0, kForever, "*"},   {1, kForever, "+"}, {0, 1, "?"},
                                     {2, 2, "{2}"},        {1, 3, "{1,3}"},    {0, 2, "{0,2}?"},
                                     {2, kForever, "{2,}"}};
  const Operator& chosen = kOperators[random.below(7)];
  Expression result{Kind::repeat, "", {expression(random, depth - 1)}, chosen.min, chosen.max, ""};
  result.text = "(?:" + result.parts[0].text + ")" + std::string(chosen.text);
  return result;
}

Expression expression(Random& random, int depth) {
  if (depth == 0) return leaf(random);
  switch (random.below(5)) {
    case 0:
    case 1:
      return list(random, depth, Kind::sequence, "");
    case 2:
      return list(random, depth, Kind::choice, "|");
    case 3:
      return repeat(random, depth);
    default:
      return leaf(random);
  }
}

using Rest = std::function<bool(std::size_t)>;

/// Backtracking, with the text and the expression as they stand: slow and obviously right.
class Oracle {
 public:
  explicit Oracle(std::string_view text) : text_(text) {}

  bool found(const Expression& whole) const {
    for (std::size_t at = 0; at <= text_.size(); ++at) {
      if (match(whole, at, [](std::size_t) { return true; })) return true;
    }
    return false;
  }

 private:
  bool match(const Expression& e, std::size_t at, const Rest& rest) const {
    switch (e.kind) {
      case Kind::empty:
        return rest(at);
      case Kind::letters:
        return at < text_.size() && e.letters.find(text_[at]) != std::string::npos && rest(at + 1);
      case Kind::begin:
        return at == 0 && rest(at);
      case Kind::end:
        return at == text_.size() && rest(at);
      case Kind::boundary:
        return is_word(at) != (at > 0 && is_word(at - 1)) && rest(at);
      case Kind::sequence:
        return match_parts(e, 0, at, rest);
      case Kind::choice:
        for (const Expression& part : e.parts) {
          if (match(part, at, rest)) return true;
        }
        return false;
      case Kind::repeat:
        return match_times(e, 0, at, rest);
    }
    return false;
  }
  bool match_parts(const Expression& e, std::size_t part, std::size_t at, const Rest& rest) const {
    if (part == e.parts.size()) return rest(at);
    return match(e.parts[part], at,
                 [&](std::size_t next) { return match_parts(e, part + 1, next, rest); });
  }
  bool match_times(const Expression& e, std::uint32_t times, std::size_t at,
                   const Rest& rest) const {
    if (times >= e.min && rest(at)) return true;
    if (times == e.max) return false;
    return match(e.parts[0], at, [&](std::size_t next) {
      const bool goes_on = next != at || times < e.min;  // an empty round more changes nothing
      return goes_on && match_times(e, times + 1, next, rest);
    });
  }
  [[nodiscard]] bool is_word(std::size_t at) const { return at < text_.size() && text_[at] != '-'; }

  std::string_view text_;
};

}  // namespace

TEST_CASE("random patterns match exactly the texts that trying everything matches") {
  Random random(kSeed);
  int matched = 0;
  int compared = 0;
  int tables = 0;
  for (int i = 0; i < kPatterns; ++i) {
    const Expression e = expression(random, 3);
    const auto pattern = listing_sync::Pattern::compile(e.text);
    REQUIRE_MESSAGE(pattern.ok(), e.text);
    const auto program =
        listing_sync::pattern::write_program(listing_sync::pattern::parse(e.text).value());
    const auto table = listing_sync::pattern::Table::build(program);
    tables += table ? 1 : 0;
    for (int j = 0; j < 12; ++j) {
      std::string text;
      for (std::uint32_t length = random.below(6); length > 0; --length) {
        text += "abc-"[random.below(4)];
      }
      const bool expected = Oracle(text).found(e);
      REQUIRE_MESSAGE(pattern.value().matches(text) == expected, e.text, " on ", text);
      REQUIRE_MESSAGE(run(program, text) == expected, e.text, " on ", text);
      if (table) REQUIRE_MESSAGE(table->matches(text) == expected, e.text, " on ", text);
      matched += expected ? 1 : 0;
      ++compared;
    }
  }
  // Both answers and both ways to them were really met.
  CHECK(matched > compared / 20);
  CHECK(matched < compared - compared / 20);
  CHECK(tables > kPatterns / 2);
}
