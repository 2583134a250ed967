// UTF-8 -> code points, one at a time, for patterns and texts of any origin.
#pragma once

#include <cstddef>
#include <string_view>

namespace listing_sync::pattern {

struct Decoded {
  char32_t point = 0;
  std::size_t size = 0;  ///< bytes it took; never 0
  bool valid = true;     ///< false: `point` is U+FFFD, standing for one byte
};

/// Decodes the code point at `at` (which must be inside `text`). A byte that begins no valid
/// sequence is one U+FFFD: matching never fails on a text.
[[nodiscard]] inline Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  constexpr Decoded kInvalid{0xFFFD, 1, false};
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < size) return kInvalid;
  char32_t point = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return kInvalid;
    point = point << 6 | (byte(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && point < 0x800) || (size == 4 && point < 0x10000);
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (overlong || surrogate || point > 0x10FFFF) return kInvalid;
  return {point, size, true};
}

}  // namespace listing_sync::pattern
