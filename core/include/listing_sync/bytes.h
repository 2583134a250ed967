// An owned run of bytes that came from outside: moved from hand to hand, never copied.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace listing_sync {

/// Owns one malloc'ed buffer. The wasm bridge adopts the buffer the host filled; tests copy a text.
class Bytes {
 public:
  Bytes() = default;
  /// Takes over `bytes`, which must come from malloc (or be null with size 0).
  static Bytes adopt(char* bytes, std::size_t size) { return Bytes(bytes, size); }
  static Bytes copy(std::string_view text) {
    if (text.empty()) return {};
    char* bytes = static_cast<char*>(std::malloc(text.size()));
    if (bytes == nullptr) std::abort();
    std::memcpy(bytes, text.data(), text.size());
    return Bytes(bytes, text.size());
  }
  Bytes(Bytes&& other) noexcept
      : bytes_(std::exchange(other.bytes_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Bytes& operator=(Bytes&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    return *this;
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() { std::free(bytes_); }

  [[nodiscard]] std::string_view view() const { return {bytes_, size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  Bytes(char* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace listing_sync
