// The reader against nlohmann on thousands of generated and damaged answers: the fuzz target's
// comparison with a seeded generator, so that every plain test run covers it.
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "../fuzz/oracle.h"
#include "sheet_reading.h"

using namespace listing_sync;

namespace {

constexpr std::size_t kAnswers = 20'000;
constexpr SheetLimits kTight{5, 300, 4};  // limits that many of the answers exceed

/// Draws answers that are right for the most part. No standard distribution: the same seed must
/// give the same answers with every standard library.
class AnswerGenerator {
 public:
  explicit AnswerGenerator(std::uint64_t seed) : random_(seed) {}

  std::string answer() {
    out_.clear();
    space();
    const std::size_t kind = below(20);
    if (kind == 0) {
      value(3);
    } else if (kind < 10) {
      range_object(true);
    } else {
      batch();
    }
    space();
    return out_;
  }

  /// One to four bytes of `body` replaced, inserted, removed, doubled or cut off.
  std::string damaged(std::string body) {
    static constexpr std::string_view kBytes = "\"\\{}[]:,0123456789-+.eEutrfalsn \n\x01\x1f\x7f/";
    // Faulty or rare UTF-8, escapes that are cut off or half a pair, and more depth than allowed.
    static constexpr std::array<std::string_view, 16> kHostile = {
        "\xED\xA0\x80", "\xED\x9F\xBF", "\xE0\x80\x80",     "\xE0\xA0\x80",
        "\xC0\x80",     "\xC2\x80",     "\xF4\x90\x80\x80", "\xF4\x8F\xBF\xBF",
        "\xE3\x81",     "\\u12",        "\\ud83d\\ud83d",   "\\udbff\\udfff",
        "\\",           "[[[[",         "{\"a\":{\"a\":",   "}]"};
    for (std::size_t times = 1 + below(4); times-- > 0 && !body.empty();) {
      const std::size_t at = below(body.size());
      const char byte = one_in(3) ? static_cast<char>(below(256)) : kBytes[below(kBytes.size())];
      switch (below(8)) {
        case 0:
          body.erase(at, 1);
          break;
        case 1:
          body.insert(at, 1, byte);
          break;
        case 2:
          body.insert(at, body.substr(below(body.size()), below(12)));
          break;
        case 3:
          if (one_in(4)) body.resize(at);
          break;
        case 4:
          body.insert(at, any(kHostile));
          break;
        case 5:
          swap_bracket(body, at);
          break;
        default:
          body[at] = byte;
      }
    }
    return body;
  }

 private:
  /// The first bracket from `at` on becomes its like of the other kind.
  static void swap_bracket(std::string& body, std::size_t at) {
    static constexpr std::string_view kBrackets = "[]{}[]";
    at = body.find_first_of(kBrackets, at);
    if (at != std::string::npos) body[at] = kBrackets[kBrackets.find(body[at]) + 2];
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool one_in(std::size_t chance) { return below(chance) == 0; }
  template <std::size_t size>
  std::string_view any(const std::array<std::string_view, size>& texts) {
    return texts[below(size)];
  }

  void space() {
    if (one_in(12)) out_ += any<4>({" ", "\n", "\t\r", "  \n  "});
  }

  void string() {
    static constexpr std::array<std::string_view, 30> kParts = {
        "a",       "AA1024",     "12345678",
        "東京都",  "港区六本木", "é",
        "😀",       "\\n",        "\\u003d",
        "\\u0026", "\\\"",       "\\\\",
        "\\/",     "\\u65e5",    "\\ud83d\\ude00",
        "\\u0000", "\\ud800",    "\\udc00",
        "\x7f",    " ",          "https://h.test/?q",
        "物件",    "ﾊｲﾂ",        "\\t",
        "\\b\\f",  "\\u00E9",    "'",
        "<b>",     "values",     "㎡"};
    out_ += '"';
    for (std::size_t parts = below(6); parts-- > 0;) out_ += any(kParts);
    out_ += '"';
  }

  void scalar() {
    static constexpr std::array<std::string_view, 14> kOthers = {
        "0",   "-0",   "1",     "120000000", "1.5",  "-2.50E-3", "9.0123E9",
        "1e5", "true", "false", "null",      "\"\"", "\"\"",     "\"\""};
    if (one_in(2)) {
      string();
    } else {
      out_ += any(kOthers);
    }
  }

  void value(std::size_t depth) {
    if (depth == 0 || one_in(2)) return scalar();
    const bool object = one_in(2);
    out_ += object ? '{' : '[';
    for (std::size_t index = 0, count = below(4); index < count; ++index) {
      if (index > 0) out_ += ',';
      space();
      if (object) string(), out_ += ':';
      value(depth - 1);
    }
    out_ += object ? '}' : ']';
  }

  void rows() {
    out_ += '[';
    for (std::size_t row = 0, count = below(4); row < count; ++row) {
      if (row > 0) out_ += ',';
      space();
      if (one_in(60)) {
        value(2);
        continue;
      }
      out_ += '[';
      for (std::size_t cell = 0, cells = below(7); cell < cells; ++cell) {
        if (cell > 0) out_ += ',';
        space();
        if (one_in(150)) {
          value(2);
        } else {
          scalar();
        }
        space();
      }
      out_ += ']';
    }
    out_ += ']';
  }

  void member(std::string_view name, bool& first) {
    if (!first) out_ += ',';
    first = false;
    space();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    space();
  }

  void range_object(bool root) {
    out_ += '{';
    bool first = true;
    const bool values_first = one_in(2);
    for (std::size_t step = 0; step < 4; ++step) {
      const std::size_t which = values_first ? 3 - step : step;
      if (one_in(5)) continue;
      switch (which) {
        case 0:
          member("range", first);
          out_ += one_in(30) ? "null" : "\"'物件'!A1:C3\"";
          break;
        case 1:
          member("majorDimension", first);
          out_ += one_in(40) ? "\"COLUMNS\"" : "\"ROWS\"";
          break;
        case 2:
          member(any<4>({"x", "etag", "values\\u0000", "r\\u0061nges"}), first);
          value(4);
          break;
        default:
          member(one_in(20) ? "v\\u0061lues" : "values", first);
          if (one_in(30)) {
            value(2);
          } else {
            rows();
          }
      }
    }
    if (one_in(25)) {
      member(any<4>({"error", "valueRanges", "values", "range"}), first);
      value(2);
    }
    if (root && first) out_ += "\"spreadsheetId\":\"s\"";
    out_ += '}';
  }

  void batch() {
    out_ += '{';
    bool first = true;
    if (one_in(2)) member("spreadsheetId", first), string();
    member("valueRanges", first);
    out_ += '[';
    for (std::size_t index = 0, count = below(4); index < count; ++index) {
      if (index > 0) out_ += ',';
      space();
      range_object(false);
    }
    out_ += ']';
    if (one_in(4)) member("other", first), value(3);
    if (one_in(30)) member("range", first), string();
    if (one_in(30)) member("valueRanges", first), out_ += "[]";
    out_ += '}';
  }

  std::mt19937_64 random_;
  std::string out_;
};

}  // namespace

TEST_CASE("the reader accepts what nlohmann accepts and reads the same cells") {
  constexpr std::uint64_t kSeed = 20'260'101;
  AnswerGenerator generator(kSeed);
  std::size_t accepted = 0;
  for (std::size_t count = 0; count < kAnswers; ++count) {
    std::string body = generator.answer();
    if (count % 2 == 1) body = generator.damaged(std::move(body));
    const testing::ExactBytes bytes(body);
    const std::string difference = fuzz::differences(bytes.view());
    REQUIRE_MESSAGE(difference.empty(), "seed ", kSeed, ", answer ", count, ": ", difference, "\n",
                    body);
    const std::string tight = fuzz::differences(bytes.view(), kTight);
    REQUIRE_MESSAGE(tight.empty(), "seed ", kSeed, ", answer ", count, ", tight limits: ", tight,
                    "\n", body);
    if (fuzz::ask_oracle(bytes.view(), {}).verdict == fuzz::Verdict::accepted) ++accepted;
  }
  // Both sides of the judgement must have been met often, or the test proves little.
  CHECK(accepted > kAnswers / 4);
  CHECK(accepted < kAnswers * 3 / 4);
}

TEST_CASE("the oracle judges as RFC 8259 and sheet.h do where nlohmann alone would not") {
  using fuzz::Verdict;
  const auto judge = [](std::string_view body) { return fuzz::ask_oracle(body, {}).verdict; };
  CHECK(judge(R"({"values":[["a"]]})") == Verdict::accepted);
  CHECK(judge(R"({"values":[["\ud800"]]})") == Verdict::accepted);
  CHECK(judge(R"({"values":[["\ud83d\ude00"]]})") == Verdict::accepted);
  CHECK(judge(R"({"values":[[1e999]]})") == Verdict::unknown);
  CHECK(judge(R"({"values":[["\uFDD0"]]})") == Verdict::unknown);
  CHECK(judge(std::string_view("{\"values\":[]}\0x", 15)) == Verdict::refused);
  CHECK(judge("\xEF\xBB\xBF{\"values\":[]}") == Verdict::refused);
  CHECK(judge(R"({"values":[],"values":[]})") == Verdict::refused);
}
