// XXH64 against the test vectors that the reference implementation checks itself with.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "listing_sync/text.h"
#include "sheet_reading.h"

using namespace listing_sync;

namespace {

constexpr std::uint64_t kSeed = 2654435761U;  // the vectors' PRIME32

/// The reference's "sanity buffer".
std::string sanity_bytes(std::size_t size) {
  std::string bytes;
  std::uint64_t state = kSeed;
  for (; bytes.size() < size; state *= 11400714785074694797U) {
    bytes += static_cast<char>(state >> 56);
  }
  return bytes;
}

std::string hash_of(std::string_view text, std::uint64_t seed = 0) {
  const listing_sync::testing::ExactBytes bytes(text);
  return hex64(hash64(bytes.view(), seed));
}

}  // namespace

TEST_CASE("hash64 gives the published digests of XXH64") {
  struct Vector {
    std::size_t size;
    std::uint64_t seed;
    const char* digest;
  };
  constexpr Vector kVectors[] = {
      {0, 0, "ef46db3751d8e999"},      {0, kSeed, "ac75fda2929b17ef"},
      {1, 0, "e934a84adb052768"},      {1, kSeed, "5014607643a9b4c3"},
      {2, 0, "5d48cd60a77e23ff"},      {3, 0, "ff7e1959cb50794a"},
      {4, 0, "9136a0dca57457ee"},      {8, 0, "cdbcf538e71d1348"},
      {9, 0, "554b1ae991eda6b6"},      {14, 0, "8282dcc4994e35c8"},
      {14, kSeed, "c3bd6bf63deb6df0"}, {16, 0, "98c90b57fdfcb55c"},
      {17, 0, "0d39a2d051a30c2c"},     {64, 0, "ef558f8acac2b5cd"},
      {128, 0, "90ca021457d96dc5"},    {129, 0, "41c280132d697aba"},
      {222, 0, "b641ae8cb691c174"},    {222, kSeed, "20cb8ab7ae10c14a"},
      {240, 0, "b81838d483baee53"},    {241, 0, "95d76c8b4d8fc4d6"},
      {2048, 0, "5940f2752bc04387"},
  };
  const std::string bytes = sanity_bytes(2048);
  for (const Vector& vector : kVectors) {
    CHECK_MESSAGE(
        hash_of(std::string_view(bytes).substr(0, vector.size), vector.seed) == vector.digest,
        vector.size, " bytes, seed ", vector.seed);
  }
}

TEST_CASE("hash64 of a text does not depend on where it lies in memory") {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  CHECK(hash_of(text) == "0b242d361fda71bc");
  for (std::size_t shift = 0; shift < 8; ++shift) {
    const std::string moved = std::string(shift, '-') + text;
    CHECK(hex64(hash64(std::string_view(moved).substr(shift))) == "0b242d361fda71bc");
  }
}

TEST_CASE("hex64 is always 16 lower-case digits") {
  CHECK(hex64(0) == "0000000000000000");
  CHECK(hex64(0xABCDEF) == "0000000000abcdef");
  CHECK(hex64(0xFEDCBA9876543210U) == "fedcba9876543210");
}
