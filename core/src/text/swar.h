// Eight bytes at a time in one 64-bit word ("SIMD within a register"): wasm without SIMD has
// nothing wider. Loads, stores and byte tests only; no function here knows what the bytes mean.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace listing_sync::swar {

// The lowest-addressed byte must be the lowest bits of a word: first_hit() counts from there.
static_assert(std::endian::native == std::endian::little);

inline constexpr std::uint64_t kOnes = 0x0101010101010101U;
inline constexpr std::uint64_t kHighBits = kOnes * 0x80;

[[nodiscard]] inline std::uint64_t load64(const char* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

[[nodiscard]] inline std::uint32_t load32(const char* from) {
  std::uint32_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

inline void store64(char* to, std::uint64_t word) { std::memcpy(to, &word, sizeof word); }

/// Marks (0x80) the first byte of `word` that is below 0x20, a quote, a backslash or above 0x7F.
/// Bytes after the first mark may be marked wrongly (a borrow), bytes before it never are.
[[nodiscard]] inline std::uint64_t json_special(std::uint64_t word) {
  // byte ^ 2 moves the quote (0x22) to 0x20, so that one subtraction finds it and the controls.
  const std::uint64_t quote_or_control = (word ^ (kOnes * 0x02)) - kOnes * 0x21;
  const std::uint64_t backslash = (word ^ (kOnes * 0x5C)) - kOnes;
  return (word | quote_or_control | backslash) & kHighBits;
}

/// The same without the test for bytes above 0x7F: what must be escaped when writing a string.
[[nodiscard]] inline std::uint64_t json_escaped(std::uint64_t word) {
  const std::uint64_t quote_or_control = (word ^ (kOnes * 0x02)) - kOnes * 0x21;
  const std::uint64_t backslash = (word ^ (kOnes * 0x5C)) - kOnes;
  return (quote_or_control | backslash) & ~word & kHighBits;
}

/// The index (0 to 7) of the first marked byte; `marks` must not be 0.
[[nodiscard]] inline int first_hit(std::uint64_t marks) { return std::countr_zero(marks) >> 3; }

}  // namespace listing_sync::swar
