// Decimal arithmetic against the processor's own integers, and numbers too large for any example.
#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "cell_support.h"
#include "cells/decimal.h"

using namespace listing_sync;  // NOLINT(google-build-using-namespace)
using testing::convert;

namespace {

/// value / 10^places as a JSON number, written by other means than the code under test.
std::string pointed(std::int64_t value, std::size_t places) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - places, ".");
  return (value < 0 ? "-" : "") + digits;
}

std::string plain(std::string_view number, const auto& operation) {
  std::string digits, out;
  Decimal value(digits);
  REQUIRE(parse_json_number(number, value) == NumberForm::normal);
  operation(value);
  append_plain(out, value);
  return out;
}

std::string normal(std::string_view number) {
  return plain(number, [](Decimal&) {});
}

/// A repeatable sequence of numbers (Steele and Vigna's splitmix64).
class Sequence {
 public:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  std::int64_t below(std::int64_t limit) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(limit));
  }

 private:
  std::uint64_t state_ = 1;
};

}  // namespace

TEST_CASE("rounding agrees with integer arithmetic") {
  Sequence random;
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t value = random.below(2'000'000) - 1'000'000;
    const std::int64_t magnitude = value < 0 ? -value : value;
    const std::int64_t rounded = (magnitude + 50) / 100 * (value < 0 ? -1 : 1);
    const std::string got = plain(pointed(value, 4), [](Decimal& d) { round_half_up(d, 2); });
    CHECK(got == normal(pointed(rounded, 2)));
  }
}

TEST_CASE("坪 agrees with integer arithmetic") {
  Sequence random;
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t hundredths = random.below(10'000'000);
    // hundredths / 100 * 400 / 121 with 4 decimals, half up: (hundredths * 40000 + 60.5) / 121.
    const std::int64_t expected = (hundredths * 80000 + 121) / 242;
    const std::string cell = "\"" + pointed(hundredths, 2) + "坪\"";
    CHECK(convert("number", R"({"unit":"m2"})", cell) == "write " + normal(pointed(expected, 4)));
  }
}

TEST_CASE("comparison agrees with integers") {
  Sequence random;
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t a = random.below(2000) - 1000, b = random.below(2000) - 1000;
    std::string a_digits, b_digits;
    Decimal left(a_digits), right(b_digits);
    REQUIRE(parse_json_number(pointed(a, 2), left) == NumberForm::normal);
    REQUIRE(parse_json_number(std::to_string(b) + "e-2", right) == NumberForm::normal);
    const int got = compare(left, right);
    CHECK((got > 0) == (a > b));
    CHECK((got < 0) == (a < b));
  }
}

TEST_CASE("what is no JSON number is malformed") {
  std::string digits;
  for (const std::string_view text : {"", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1 ",
                                      "--1", "1e5.0", "NaN", "1E5e", "1,0", "１"}) {
    Decimal value(digits);
    CHECK_MESSAGE(parse_json_number(text, value) == NumberForm::malformed, text);
  }
}

TEST_CASE("an exponent of any size costs no memory") {
  std::string digits;
  for (const std::string_view text :
       {"1e999999999", "1E-999999999", "-1e99999999999999999999999999"}) {
    Decimal value(digits);
    CHECK(parse_json_number(text, value) == NumberForm::far);
    CHECK(value.digits.size() == 1);
    CHECK(convert("number", "{}", text) == "invalid out_of_range");
    CHECK(convert("text", "{}", text) == "write \"" + std::string(text) + "\"");
    CHECK(convert("date", "{}", text) == "invalid not_a_date");
    CHECK(convert("phone", "{}", text) == "invalid not_a_phone");
    CHECK(convert("boolean", "{}", text) == "invalid not_a_boolean");
  }
  CHECK(convert("number", "{}", "0e999999999") == "write 0");
  CHECK(convert("number", "{}", "1e1000").size() == std::string("write ").size() + 1001);
  CHECK(convert("number", "{}", "1e1001") == "invalid out_of_range");
}

TEST_CASE("all digits of a very long number are kept") {
  std::string digits;
  for (int i = 0; i < 5000; ++i) digits += "1234567890";
  CHECK(convert("number", "{}", digits) == "write " + digits);
  CHECK(convert("number", "{}", "\"" + digits + "\"") == "write " + digits);
  CHECK(convert("number", "{}", "0." + digits + "1") == "write 0." + digits + "1");
  CHECK(convert("integer", "{}", digits) == "invalid out_of_range");
  CHECK(convert("number", R"({"scale":0})", "0." + digits) == "write 0");
  CHECK(convert("number", R"({"scale":0})", std::string(50000, '9') + ".5") ==
        "write 1" + std::string(50000, '0'));
}

TEST_CASE("a number in groups of three is the number without them") {
  std::string grouped = "1", plain_digits = "1";
  for (int i = 0; i < 100; ++i) {
    grouped += ",234";
    plain_digits += "234";
    CHECK(convert("number", "{}", "\"" + grouped + "\"") == "write " + plain_digits);
    CHECK(convert("number", "{}", "\"" + grouped + "5\"") == "invalid not_a_number");
  }
}
