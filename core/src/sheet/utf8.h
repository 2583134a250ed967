// UTF-8 as RFC 3629 section 4 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
// Checking bytes that came from outside and writing single code points; inline, for the hot loop.
#pragma once

#include <cstddef>
#include <cstdint>

#include "text/swar.h"

namespace listing_sync::sheet {

/// What stands at the front of some bytes that begin above 0x7F.
struct Utf8Front {
  std::size_t size = 0;    ///< of the valid sequence; 0 where there is none
  bool truncated = false;  ///< no fault but the end: the bytes are the beginning of a sequence
};

/// Judges the sequence at [at, end), at != end, `*at` above 0x7F. RFC 3629's table, row by row.
[[nodiscard]] inline Utf8Front utf8_front(const char* at, const char* end) {
  const auto byte = [at](std::ptrdiff_t index) { return static_cast<unsigned char>(at[index]); };
  const unsigned char lead = byte(0);
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::ptrdiff_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // Only the second byte's bounds depend on the lead.
  const unsigned char second_min = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char second_max = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (end - at == 1) return {0, true};
  if (byte(1) < second_min || byte(1) > second_max) return {};
  for (std::ptrdiff_t index = 2; index < size; ++index) {
    if (end - at == index) return {0, true};
    if ((byte(index) & 0xC0) != 0x80) return {};
  }
  return {static_cast<std::size_t>(size), false};
}

/// The first byte from `at` on that belongs to no valid multi-byte sequence, or `end`. Where that
/// byte is above 0x7F it begins a fault, which utf8_front() tells.
[[nodiscard]] inline const char* skip_utf8(const char* at, const char* end) {
  for (;;) {
    // Kana and kanji: three bytes each, in runs; a fourth byte is there to be loaded with them.
    while (end - at >= 4) {
      const std::uint32_t word = swar::load32(at);
      if ((word & 0x00C0C0F0U) != 0x008080E0U) break;
      const std::uint32_t ends = word & 0x0000200FU;  // tells overlong (0) and surrogates (0x200D)
      if (ends == 0 || ends == 0x200DU) return at;
      at += 3;
      if ((word & 0x80000000U) == 0) return at;
    }
    if (at == end || static_cast<unsigned char>(*at) < 0x80) return at;
    const std::size_t size = utf8_front(at, end).size;
    if (size == 0) return at;
    at += size;
  }
}

/// Writes `code` (a scalar value) at `out`, up to 4 bytes, and returns the place behind it.
[[nodiscard]] inline char* put_utf8(char* out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

}  // namespace listing_sync::sheet
