// XXH64 as Yann Collet's specification of the xxHash algorithm (0.1.1) describes it; the steps
// named in the comments are the specification's.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "listing_sync/text.h"
#include "text/swar.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87U;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FU;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9U;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63U;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5U;

std::uint64_t round(std::uint64_t sum, std::uint64_t lane) {
  return std::rotl(sum + lane * kPrime2, 31) * kPrime1;
}

std::uint64_t merge(std::uint64_t sum, std::uint64_t lane_sum) {
  return (sum ^ round(0, lane_sum)) * kPrime1 + kPrime4;
}

/// Steps 1 to 3 for inputs of 32 bytes and more; moves `at` behind the last whole stripe.
std::uint64_t hash_stripes(const char*& at, const char* end, std::uint64_t seed) {
  std::uint64_t a = seed + kPrime1 + kPrime2;
  std::uint64_t b = seed + kPrime2;
  std::uint64_t c = seed;
  std::uint64_t d = seed - kPrime1;
  for (; end - at >= 32; at += 32) {
    a = round(a, swar::load64(at));
    b = round(b, swar::load64(at + 8));
    c = round(c, swar::load64(at + 16));
    d = round(d, swar::load64(at + 24));
  }
  const std::uint64_t sum = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
  return merge(merge(merge(merge(sum, a), b), c), d);
}

/// Step 5: the up to 31 bytes behind the stripes.
std::uint64_t hash_rest(const char* at, const char* end, std::uint64_t sum) {
  for (; end - at >= 8; at += 8) {
    sum = std::rotl(sum ^ round(0, swar::load64(at)), 27) * kPrime1 + kPrime4;
  }
  if (end - at >= 4) {
    sum = std::rotl(sum ^ (swar::load32(at) * kPrime1), 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at != end; ++at) {
    sum = std::rotl(sum ^ (static_cast<unsigned char>(*at) * kPrime5), 11) * kPrime1;
  }
  return sum;
}

/// Step 6.
std::uint64_t avalanche(std::uint64_t sum) {
  sum = (sum ^ (sum >> 33)) * kPrime2;
  sum = (sum ^ (sum >> 29)) * kPrime3;
  return sum ^ (sum >> 32);
}

}  // namespace

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::uint64_t sum = bytes.size() >= 32 ? hash_stripes(at, end, seed) : seed + kPrime5;
  sum += bytes.size();  // step 4
  return avalanche(hash_rest(at, end, sum));
}

std::string hex64(std::uint64_t value) {
  std::string digits(16, '0');
  for (std::size_t index = 16; index-- > 0; value >>= 4) {
    digits[index] = "0123456789abcdef"[value & 0x0F];
  }
  return digits;
}

}  // namespace listing_sync
