// Which bytes are white space: byte tests for the hot path, no decoding. Only that.
#pragma once

#include <cstddef>
#include <string_view>

namespace listing_sync {

/// The bytes taken by the one white-space code point that begins `text`; 0 where none does. White
/// space is White_Space of UAX #44 plus the invisible U+200B and U+FEFF (see text.h).
[[nodiscard]] inline std::size_t leading_white_space(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return lead == ' ' || (lead >= 0x09 && lead <= 0x0D) ? 1 : 0;
  if (lead == 0xC2) return text.size() >= 2 && (byte(1) == 0x85 || byte(1) == 0xA0) ? 2 : 0;
  if (text.size() < 3) return 0;
  const unsigned char second = byte(1), third = byte(2);
  const auto is = [&](bool matches) -> std::size_t { return matches ? 3 : 0; };
  switch (lead) {
    case 0xE1:
      return is(second == 0x9A && third == 0x80);  // U+1680
    case 0xE2:                                     // U+2000…200B, 2028, 2029, 202F, 205F
      if (second == 0x81) return is(third == 0x9F);
      return is(second == 0x80 && ((third >= 0x80 && third <= 0x8B) || third == 0xA8 ||
                                   third == 0xA9 || third == 0xAF));
    case 0xE3:
      return is(second == 0x80 && third == 0x80);  // U+3000
    case 0xEF:
      return is(second == 0xBB && third == 0xBF);  // U+FEFF
    default:
      return 0;
  }
}

/// The same at the end of `text`, which must be valid UTF-8.
[[nodiscard]] inline std::size_t trailing_white_space(std::string_view text) {
  const std::size_t size = text.size();
  if (size == 0) return 0;
  if (static_cast<unsigned char>(text[size - 1]) < 0x80)
    return leading_white_space(text.substr(size - 1));
  if (size >= 3 && leading_white_space(text.substr(size - 3)) == 3) return 3;
  if (size >= 2 && leading_white_space(text.substr(size - 2)) == 2) return 2;
  return 0;
}

}  // namespace listing_sync
