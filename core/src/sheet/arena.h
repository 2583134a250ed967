// Where decoded strings live. Its bytes never move while a row is in use; nothing else belongs
// here.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "text/swar.h"

namespace listing_sync::sheet {

/// Strings written one after another into chunks that stay where they are until clear(). One string
/// is open at a time: begin(), any number of room() and writes, then finish(). A string that was
/// begun and not finished is forgotten.
class Arena {
 public:
  /// Starts a string; the place to write its first byte.
  [[nodiscard]] char* begin() {
    text_ = free_;
    return text_;
  }

  /// Makes sure that `more` bytes can be written at `out`, the end of the open string so far. The
  /// open string may move (finished ones never do); the place to write on is returned.
  [[nodiscard]] char* room(char* out, std::size_t more) {
    return static_cast<std::size_t>(limit_ - out) >= more ? out : move_open(out, more);
  }

  /// Copies [from, to) to `out` and returns the place behind it. Up to `readable_end` bytes may be
  /// read: what stands between two escapes is short, so it is copied in whole words, the last of
  /// which may reach beyond `to`.
  [[nodiscard]] char* append(char* out, const char* from, const char* to,
                             const char* readable_end) {
    const auto size = static_cast<std::size_t>(to - from);
    out = room(out, size + sizeof(std::uint64_t));
    char* const behind = out + size;
    for (; out < behind && readable_end - from >= 8; from += 8, out += 8) {
      swar::store64(out, swar::load64(from));
    }
    for (; out < behind; ++from, ++out) *out = *from;
    return behind;
  }

  /// The open string, which ends at `out`; it stays where it is until clear().
  [[nodiscard]] std::string_view finish(char* out) {
    free_ = out;
    return {text_, static_cast<std::size_t>(out - text_)};
  }

  /// Forgets all strings. Keeps the largest chunk, so that reading row after row allocates nothing.
  void clear() {
    if (chunks_.size() > 1) {
      chunks_.front() = std::move(chunks_.back());
      chunks_.resize(1);
    }
    text_ = free_ = chunks_.empty() ? nullptr : chunks_.front().get();
  }

 private:
  /// Each chunk is at least twice the one before: few allocations, and a small multiple of the
  /// longest row's bytes in all.
  [[gnu::noinline]] char* move_open(const char* out, std::size_t more) {
    const auto written = static_cast<std::size_t>(out - text_);
    last_size_ = std::max({kFirstChunk, last_size_ * 2, (written + more) * 2});
    // Not make_unique: it would write zeros over bytes that are about to be written anyway.
    chunks_.push_back(std::unique_ptr<char[]>(new char[last_size_]));
    char* const start = chunks_.back().get();
    if (written != 0) std::memcpy(start, text_, written);
    text_ = free_ = start;
    limit_ = start + last_size_;
    return start + written;
  }

  static constexpr std::size_t kFirstChunk = 4096;

  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t last_size_ = 0;
  char* text_ = nullptr;   // the open string
  char* free_ = nullptr;   // behind the last finished string
  char* limit_ = nullptr;  // end of the last chunk
};

}  // namespace listing_sync::sheet
