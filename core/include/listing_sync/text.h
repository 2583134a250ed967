// Text as the sheet's authors type it: UTF-8, Unicode white space, full and half width.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace listing_sync {

/// `text` without Unicode White_Space (UAX #44) at both ends. U+200B and U+FEFF count as white
/// space here: they are invisible and come with pasted text.
[[nodiscard]] std::string_view trim(std::string_view text);
/// Width folding: full-width ASCII and signs (￥) to half width, ideographic space to space,
/// half-width katakana to full (with voiced marks composed). Replaces `out`.
void fold_width(std::string_view text, std::string& out);
/// A header or enum label as it is compared: width-folded, trimmed, runs of white space and line
/// breaks one space, NUL, U+200B and U+FEFF inside it dropped.
[[nodiscard]] std::string fold_header(std::string_view text);
/// Code points of valid UTF-8.
[[nodiscard]] std::size_t code_points(std::string_view text);

/// Appends `text` (valid UTF-8) as a JSON string with its quotes; escapes only what RFC 8259
/// demands. NUL is dropped.
void append_json_string(std::string& out, std::string_view text);

/// XXH64 (Yann Collet's specification, public domain). Used for key hashes (seed 0), digests of
/// rows, batches and mappings.
[[nodiscard]] std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);
/// 16 lower-case hexadecimal digits.
[[nodiscard]] std::string hex64(std::uint64_t value);

}  // namespace listing_sync
