// Appending bytes to a string in the hot loop. Emscripten's memcpy copies byte by byte where source
// and target are not aligned alike, which is nearly always; eight at a time are several times as
// fast.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "text/swar.h"

namespace listing_sync {

/// libc++'s way to grow a string without filling it first (Abseil uses it the same way); what C++23
/// calls resize_and_overwrite.
template <class String>
concept ResizesUninitialized = requires(String text) {
  text.__resize_default_init(std::size_t{1});
};

/// Copies `size` bytes between places that do not overlap.
inline void copy_bytes(char* to, const char* from, std::size_t size) {
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 <= size; at += 8)
      swar::store64(to + at, swar::load64(from + at));
    swar::store64(to + size - 8, swar::load64(from + size - 8));
  } else {
    for (std::size_t at = 0; at < size; ++at) to[at] = from[at];
  }
}

/// Appends `text`; the same as out.append(text).
template <class String>
void append_bytes(String& out, std::string_view text) {
  if constexpr (ResizesUninitialized<String>) {
    const std::size_t start = out.size();
    out.__resize_default_init(start + text.size());
    copy_bytes(out.data() + start, text.data(), text.size());
  } else {
    out.append(text);
  }
}

/// Appends `text` between quotes.
template <class String>
void append_quoted(String& out, std::string_view text) {
  if constexpr (ResizesUninitialized<String>) {
    const std::size_t start = out.size();
    out.__resize_default_init(start + text.size() + 2);
    char* to = out.data() + start;
    to[0] = '"';
    copy_bytes(to + 1, text.data(), text.size());
    to[text.size() + 1] = '"';
  } else {
    out += '"';
    out.append(text);
    out += '"';
  }
}

}  // namespace listing_sync
