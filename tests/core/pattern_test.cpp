// Patterns: what they match, what they refuse, and that nothing makes them slow.
#include "listing_sync/pattern.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/pattern_parser.h"
#include "text/pattern_program.h"
#include "text/pattern_table.h"
#include "text/pattern_tree.h"

using listing_sync::Pattern;

namespace {

/// As Pattern answers; the simulation, which Pattern may have a table for, must say the same.
bool matches(std::string_view pattern, std::string_view text) {
  const auto compiled = Pattern::compile(pattern);
  REQUIRE_MESSAGE(compiled.ok(), pattern);
  const bool answer = compiled.value().matches(text);
  const auto tree = listing_sync::pattern::parse(pattern);
  CHECK_MESSAGE(run(write_program(tree.value()), text) == answer, pattern, " on ", text);
  return answer;
}

struct Example {
  std::string_view pattern;
  std::vector<std::string_view> yes;
  std::vector<std::string_view> no;
};

void check(const std::vector<Example>& examples) {
  for (const Example& example : examples) {
    for (const std::string_view text : example.yes) {
      CHECK_MESSAGE(matches(example.pattern, text), example.pattern, " on ", text);
    }
    for (const std::string_view text : example.no) {
      CHECK_MESSAGE(!matches(example.pattern, text), example.pattern, " on ", text);
    }
  }
}

struct Refusal {
  std::string_view pattern;
  std::string_view where;
  std::string_view says;
  std::string_view code = "bad_pattern";
};

void check_refused(const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    const auto compiled = Pattern::compile(refusal.pattern);
    CAPTURE(refusal.pattern);
    REQUIRE(!compiled.ok());
    CHECK(compiled.fault().code == refusal.code);
    CHECK(compiled.fault().where == refusal.where);
    CHECK_MESSAGE(compiled.fault().message.find(refusal.says) != std::string::npos,
                  compiled.fault().message);
  }
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("a pattern is found anywhere unless anchored") {
  check({
      {"", {"", "abc"}, {}},
      {"b", {"b", "abc"}, {"", "ac"}},
      {"^b", {"b", "bc"}, {"ab", "a\nb"}},
      {"b$", {"b", "ab"}, {"bc", "b\n"}},
      {"\\Ab\\z", {"b"}, {"ab", "bc", ""}},
      {"^$", {""}, {"a", "\n"}},
      {"^AA\\d+(-\\d+)?$", {"AA1", "AA12345-2"}, {"AA", "AA12345-", "xAA1", "AA1 ", "ＡＡ1"}},
  });
}

TEST_CASE("operators mean what they mean in RE2") {
  check({
      {"^(a|bc|)$", {"a", "bc", ""}, {"b", "abc"}},
      {"^ab*c$", {"ac", "abbbc"}, {"abb", "abdc"}},
      {"^ab+c$", {"abc", "abbbc"}, {"ac"}},
      {"^ab?c$", {"ac", "abc"}, {"abbc"}},
      {"^a{3}$", {"aaa"}, {"aa", "aaaa"}},
      {"^a{2,3}$", {"aa", "aaa"}, {"a", "aaaa"}},
      {"^a{2,}$", {"aa", "aaaaa"}, {"a"}},
      {"^a{0}b$", {"b"}, {"ab"}},
      {"^(ab){0,2}$", {"", "ab", "abab"}, {"ababab", "aba"}},
      {"^a*?b+?c??d{1,2}?$", {"abcd", "bdd", "aabbd"}, {"acd", "abc"}},
      {"^(?:a|b)c$", {"ac", "bc"}, {"abc"}},
      {"^(?P<year>\\d{4})-(?<month>\\d\\d)$", {"2026-11"}, {"2026-1"}},
      {"^a{,2}$", {"a{,2}"}, {"aa"}},
      {"^a{x}{$", {"a{x}{"}, {"ax"}},
      {"^(|a)+$", {"", "a", "aaa"}, {"b"}},
      {"^(a*)*$", {"", "aaa"}, {"ab"}},
  });
}

TEST_CASE("the dot is one code point other than a line break") {
  check({
      {"^.$", {"a", "物", "\U0001F3E0"}, {"", "ab", "\n"}},
      {"^...$", {"物件名"}, {"物件"}},
      {"^(?s).$", {"\n"}, {}},
      {"^(?s:.).$", {"\na"}, {"a\n"}},
  });
}

TEST_CASE("classes hold characters, ranges and named classes") {
  check({
      {"^[a-cx]$", {"a", "c", "x"}, {"d", "-"}},
      {"^[^a-c]$", {"d", "物", "\n"}, {"b", ""}},
      {"^[]a]$", {"]", "a"}, {"b"}},
      {"^[^]a]$", {"b"}, {"]", "a"}},
      {"^[a-]$", {"a", "-"}, {"b"}},
      {"^[-a]$", {"a", "-"}, {"b"}},
      {"^[a\\-z]$", {"a", "-", "z"}, {"b"}},
      {"^[\\d_-]+$", {"1_2-3"}, {"a"}},
      {"^[^\\D]$", {"7"}, {"x"}},
      {"^[ぁ-ん]+$", {"ひらがな"}, {"カタカナ"}},
      {"^[[:alpha:][:digit:]]+$", {"aZ9"}, {"-", "物"}},
      {"^[[:^space:]]+$", {"abc"}, {"a b"}},
      {"^[\\x41-\\x{43}]$", {"A", "C"}, {"D"}},
      {"[^\\x00-\\x{10FFFF}]", {}, {"a", "", "物"}},
      {"^[[a]+$", {"[a["}, {"b"}},
      {"^[.*+?$^|(){}]+$", {".*+?$^|(){}"}, {"a"}},
  });
}

TEST_CASE("\\d \\w \\s and \\b are ASCII, \\p{…} knows the Japanese scripts") {
  check({
      {"^\\d$", {"0", "9"}, {"０", "a"}},
      {"^\\w+$", {"aZ_9"}, {"物", "-"}},
      {"^\\s$", {" ", "\t", "\n", "\r", "\f"}, {"　", "\v", "x"}},
      {"^\\D\\W\\S$", {"a-b"}, {"1-b", "aab", "a- "}},
      {"\\bAA\\b", {"AA", "x AA y", "物AA件"}, {"AAA", "xAA", "AA_"}},
      {"\\Bb", {"ab"}, {"b", "a b"}},
      {"^\\p{Han}+$", {"物件", "々"}, {"ぶっけん", "a"}},
      {"^\\p{Hiragana}+\\p{Katakana}+$", {"ひらカタ"}, {"カタひら", "ひらー"}},
      {"^[\\p{Katakana}ー]+$", {"コーポ", "ｺﾎ"}, {"こーぽ"}},
      {"^\\P{Han}$", {"a"}, {"物"}},
      {"^\\p{^Han}$", {"a"}, {"物"}},
      {"^[^\\p{Han}a]$", {"b"}, {"物", "a"}},
  });
  CHECK(!matches("^[\\p{Katakana}ー]+$", "ﾎﾟ"));  // half-width marks belong to no script
}

TEST_CASE("escapes stand for single characters") {
  check({
      {"^\\a\\f\\t\\n\\r\\v$", {"\a\f\t\n\r\v"}, {"aftnrv"}},
      {"^\\x41\\x{7269}$", {"A物"}, {"A"}},
      {"^\\.\\*\\\\\\/\\_\\-$", {".*\\/_-"}, {"a*\\/_-"}},
      {"^\\{2\\}$", {"{2}"}, {"2"}},
  });
}

TEST_CASE("flags hold to the end of their group") {
  check({
      {"(?i)^aa\\d$", {"aa1", "AA1", "Aa1"}, {"b"}},
      {"^(?i:a)a$", {"Aa", "aa"}, {"AA"}},
      {"^((?i)a)a$", {"Aa"}, {"AA"}},
      {"^(?i)a(?-i)a$", {"Aa", "aa"}, {"aA"}},
      {"^(?i)[a-c]+$", {"aBC"}, {"d"}},
      {"^(?i)[^a]$", {"b"}, {"a", "A"}},
      {"^(?i)ａ[Ｘ-Ｚ]$", {"Ａｘ", "ａＺ"}, {"Aｘ"}},
      {"(?m)^b$", {"a\nb\nc", "b"}, {"ab"}},
      {"(?m-s:^b.c$)", {"a\nbxc\n"}, {"b\nc"}},
      {"(?U)^a+$", {"aaa"}, {"b"}},
      {"(?im)^B$", {"a\nb"}, {"ab"}},
  });
}

TEST_CASE("what would not be linear, or is not RE2, is refused with its place") {
  check_refused({
      Refusal{"a(?=b)", "offset 1", "look-around"},
      {"(?!a)", "offset 0", "look-around"},
      {"x(?<=a)", "offset 1", "look-around"},
      {"(?<!a)", "offset 0", "look-around"},
      {"(a)\\1", "offset 3", "back-references"},
      {"[\\1]", "offset 1", "back-references"},
      {"(?>a)", "offset 0", "unknown kind of group"},
      {"(?#note)", "offset 0", "unknown kind of group"},
      {"(?x)a", "offset 0", "unknown kind of group"},
      {"(?", "offset 0", "unknown kind of group"},
      {"(?)", "offset 0", "flag is missing"},
      {"(?i-)", "offset 0", "flag is missing"},
      {"(?-:a)", "offset 0", "flag is missing"},
      {"(?i--s)", "offset 0", "unknown kind of group"},
      {"(?P<1 2>a)", "offset 0", "name"},
      {"(?P<a", "offset 0", "name"},
      {"(?<a>x)(?P<a>y)", "offset 7", "two groups"},
      {"(a", "offset 0", "not closed"},
      {"物(a|b", "offset 3", "not closed"},
      {"a)b", "offset 1", "closes no group"},
      {"*a", "offset 0", "nothing to repeat"},
      {"a|*", "offset 2", "nothing to repeat"},
      {"({2})", "offset 1", "nothing to repeat"},
      {"a**", "offset 2", "cannot be repeated"},
      {"a*+", "offset 2", "cannot be repeated"},
      {"a{2}{3}", "offset 4", "cannot be repeated"},
      {"a{3,2}", "offset 1", "ends below"},
      {"[a", "offset 0", "not closed"},
      {"[]", "offset 0", "not closed"},
      {"[z-a]", "offset 1", "ends below"},
      {"[a-\\d]", "offset 3", "unknown escape"},
      {"[[:alfa:]]", "offset 1", "unknown class"},
      {"[[:alpha]", "offset 1", "unknown class"},
      {"\\p{Greek}", "offset 0", "Unicode property"},
      {"\\pL", "offset 0", "Unicode property"},
      {"[\\p{Han]", "offset 1", "Unicode property"},
      {"\\", "offset 0", "backslash"},
      {"[\\", "offset 1", "backslash"},
      {"\\q", "offset 0", "unknown escape"},
      {"\\\n", "offset 0", "unknown escape `\\ `"},  // one line, whatever stands there
      {"\\Z", "offset 0", "unknown escape"},
      {"\\物", "offset 0", "unknown escape"},
      {"\\x4", "offset 0", "hexadecimal"},
      {"\\x{110000}", "offset 0", "hexadecimal"},
      {"\\x{}", "offset 0", "hexadecimal"},
      {"\\x{41", "offset 0", "hexadecimal"},
      {"a\xFF", "offset 1", "UTF-8"},
      {"\xED\xA0\x80", "offset 0", "UTF-8"},
  });
}

TEST_CASE("a pattern has at most 1,000 states, counted before anything is built") {
  CHECK(Pattern::compile("a{1000}").ok());
  CHECK(Pattern::compile("(?:ab){500}").ok());
  CHECK(Pattern::compile("(a{0}){1000}(?:){1000}").ok());
  CHECK(matches("^(a{499}){2}$", repeated("a", 998)));
  CHECK(!matches("^(a{499}){2}$", repeated("a", 997)));
  check_refused({
      Refusal{"a{1000}b", "offset 0", "1001 states", "pattern_too_large"},
      {"(((a{1000}){1000}){1000})", "offset 0", "1000000000 states", "pattern_too_large"},
      {"(((((((a{99}){99}){99}){99}){99}){99}){99})", "offset 0", "very many", "pattern_too_large"},
      {"a{0,501}", "offset 0", "1002 states", "pattern_too_large"},
      {"(a{1000}){2,}", "offset 0", "2001 states", "pattern_too_large"},
      {"a{1001}", "offset 1", "at most 1000", "pattern_too_large"},
      {"a{99999999999999999999,}", "offset 1", "at most 1000", "pattern_too_large"},
      {"a{1,1001}", "offset 1", "at most 1000", "pattern_too_large"},
  });
  const std::string long_pattern(10'001, 'a');
  check_refused(
      {Refusal{long_pattern, "offset 10000", "at most 10000 bytes", "pattern_too_large"}});
}

TEST_CASE("deep nesting is refused without deep recursion") {
  CHECK(Pattern::compile(repeated("(", 64) + "a" + repeated(")", 64)).ok());
  check_refused({Refusal{"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
                         "offset 64", "deeper than 64"}});
  CHECK(!Pattern::compile(repeated("(", 10'000)).ok());
  CHECK(!Pattern::compile(repeated("(?i", 3'000)).ok());
}

TEST_CASE("no pattern takes more steps than its states times the text's length") {
  const std::string text = repeated("a", 50'000);
  const std::vector<std::string> patterns = {
      "(a*)*b",     "(a|a)*c",    "(a|aa)+$b",      "^(a+)+$x", "(.*)(.*)(.*)(.*)(.*)b",
      "(a?){300}b", "(a*){300}b", "((a+)+)+(a+)+b", "(x+x+)+y", "[a-z]*[a-z]*[a-z]*\\d"};
  for (const std::string& pattern : patterns) {
    const auto tree = listing_sync::pattern::parse(pattern);
    REQUIRE(tree.ok());
    const auto program = listing_sync::pattern::write_program(tree.value());
    std::uint64_t steps = 0;
    CHECK_FALSE(run(program, text, &steps));
    CHECK(steps > 0);
    CHECK_MESSAGE(steps <= program.instructions.size() * (text.size() + 1), pattern);
  }
}

TEST_CASE("a table is built for small patterns only") {
  const auto has_table = [](std::string_view pattern) {
    const auto tree = listing_sync::pattern::parse(pattern);
    return listing_sync::pattern::Table::build(write_program(tree.value())).has_value();
  };
  CHECK(has_table("^AA\\d+(-\\d+)?$"));
  CHECK(has_table("(?i)\\bhttps?://"));
  CHECK(has_table("^\\p{Han}+$"));
  CHECK_FALSE(has_table("a{64}"));                                 // instructions
  CHECK_FALSE(has_table("[\\p{Han}\\p{Katakana}\\p{Hiragana}]"));  // symbols
  CHECK_FALSE(has_table("a.......b"));                             // sets: 2^7 of them
}

TEST_CASE("an anchored pattern gives up as soon as nothing can match any more") {
  const auto program =
      listing_sync::pattern::write_program(listing_sync::pattern::parse("^AA\\d+$").value());
  std::uint64_t steps = 0;
  CHECK_FALSE(run(program, repeated("x", 50'000), &steps));
  CHECK(steps < 10);
}

TEST_CASE("a text that is not UTF-8 is matched byte by byte, never refused") {
  CHECK(matches("^a.b$",
                "a\xFF"
                "b"));
  CHECK(matches("^\\x{FFFD}{3}$", "\xE7\x89\xC0"));
  CHECK(!matches("^.$", "\xF0\x9F\x8F"));
}

TEST_CASE("a copy of a pattern outlives the original and knows its source") {
  const auto copy_of_a_temporary = [] {
    const auto original = Pattern::compile("^物件\\d$");
    return Pattern(original.value());
  };
  const Pattern copy = copy_of_a_temporary();
  CHECK(copy.source() == "^物件\\d$");
  CHECK(copy.matches("物件1"));
}
