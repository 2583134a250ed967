// JSON values in untrusted bytes (RFC 8259): white space, strings, numbers, literals, and skipping
// a value of any kind. Knows nothing of sheets. What a cell takes is inline, so that the loop over
// a row's cells does not depend on LTO; the rest is in scanner.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "listing_sync/sheet.h"
#include "sheet/arena.h"
#include "sheet/utf8.h"
#include "text/swar.h"

namespace listing_sync::sheet {

/// Every reading function takes the place of the value's first byte and returns the place behind
/// the value, or null after a fault, which fault() then tells. The first fault stays.
/// `arena` is where a string with escapes is decoded to; with null it is only checked and its text
/// left empty. All other texts are views of the body.
class Scanner {
 public:
  Scanner(std::string_view body, std::size_t depth_max)
      : begin_(body.data()), end_(begin_ + body.size()), depth_max_(depth_max) {}

  [[nodiscard]] const char* begin() const { return begin_; }
  [[nodiscard]] const char* end() const { return end_; }
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }
  [[nodiscard]] std::size_t fault_offset() const { return fault_offset_; }

  /// The first byte that is no white space, or end(). Cannot fail.
  [[nodiscard]] const char* skip_space(const char* at) const {
    while (at != end_ && is_space(*at)) ++at;
    return at;
  }

  /// A scalar (string, number, true, false, null) -> `cell`.
  [[nodiscard]] const char* read_scalar(const char* at, Cell& cell, Arena* arena);
  /// A string -> `cell`; `at` is its opening quote.
  [[nodiscard]] const char* read_string(const char* at, Cell& cell, Arena* arena);
  /// Any value, inside `depth` open containers.
  [[nodiscard]] const char* skip_value(const char* at, std::size_t depth);
  /// A member's name and its colon; returns the place of its value.
  [[nodiscard]] const char* read_name(const char* at, Cell& name, Arena* arena);
  /// Null, with the fault too_deep, if a container at `at` would be one too many.
  [[nodiscard]] const char* enter(const char* at, std::size_t depth_inside) {
    return depth_inside <= depth_max_ ? at
                                      : fail(at, "too_deep", "arrays and objects nest too deep");
  }

  /// Records a fault at `at`, unless there is one; at the end of the body it is always
  /// truncated_answer. Returns null.
  [[gnu::cold]] const char* fail(const char* at, std::string_view code, std::string_view message);
  /// not_json: something else than `expected` stands at `at`.
  [[gnu::cold]] const char* unexpected(const char* at, std::string_view expected);

 private:
  static bool is_space(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
  }
  static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

  [[nodiscard]] const char* skip_plain(const char* at) const;
  [[nodiscard]] const char* read_escaped(const char* start, const char* at, Cell& cell,
                                         Arena* arena);
  [[nodiscard]] const char* read_escape(const char* at, std::uint32_t& code) const;
  [[nodiscard]] const char* read_hex4(const char* at, std::uint32_t& code) const;
  [[nodiscard]] const char* read_number(const char* at, Cell& cell);
  [[nodiscard]] const char* read_digits(const char* at);
  [[nodiscard]] const char* read_literal(const char* at, std::string_view word);
  [[nodiscard]] const char* open_container(const char* at, bool& empty);
  [[nodiscard]] const char* close_containers(const char* at);
  [[gnu::cold]] const char* fail_in_string(const char* at);
  [[gnu::cold]] const char* fail_escape(const char* at);

  const char* begin_;
  const char* end_;
  std::size_t depth_max_;
  std::string closers_;  // of the containers that skip_value() has open
  std::optional<Fault> fault_;
  std::size_t fault_offset_ = 0;
};

// ---- strings

/// The first byte that is no plain ASCII content of a string, or end().
inline const char* Scanner::skip_plain(const char* at) const {
  while (end_ - at >= 8) {
    const auto marks = swar::json_special(swar::load64(at));
    if (marks != 0) return at + swar::first_hit(marks);
    at += 8;
  }
  while (at != end_ && static_cast<unsigned char>(*at) - 0x20U < 0x60U && *at != '"' &&
         *at != '\\') {
    ++at;
  }
  return at;
}

inline const char* Scanner::read_string(const char* at, Cell& cell, Arena* arena) {
  const char* const start = at + 1;
  at = start;
  for (;;) {
    at = skip_plain(at);
    if (at == end_) return fail_in_string(at);
    if (*at == '"') {
      cell = {CellKind::string, true, false, {start, static_cast<std::size_t>(at - start)}};
      return at + 1;
    }
    if (*at == '\\') return read_escaped(start, at, cell, arena);
    const char* const run = at;
    at = skip_utf8(at, end_);
    // Not a byte further: a control character or a fault of UTF-8.
    if (at == run || (at != end_ && static_cast<unsigned char>(*at) >= 0x80)) {
      return fail_in_string(at);
    }
  }
}

/// The rest of a string from its first escape on: decoded into the arena. `start` is the string's
/// first byte, `at` the backslash.
inline const char* Scanner::read_escaped(const char* start, const char* at, Cell& cell,
                                         Arena* arena) {
  char* out = nullptr;
  bool verbatim = true;
  bool lone_surrogate = false;
  const auto copy = [&](const char* from, const char* to) {
    if (arena != nullptr) out = arena->append(out, from, to, end_);
  };
  if (arena != nullptr) out = arena->begin();
  copy(start, at);
  for (;;) {
    if (at == end_) return fail_in_string(at);
    if (*at == '"') break;
    if (*at == '\\') {
      std::uint32_t code = 0;
      const char* const next = read_escape(at, code);
      if (next == nullptr) return fail_escape(at);
      if (code >= 0xD800 && code < 0xE000) {
        lone_surrogate = true;
        code = 0xFFFD;
      }
      verbatim = verbatim && code >= 0x20 && code != '"' && code != '\\';
      if (arena != nullptr) out = put_utf8(arena->room(out, 4), code);
      at = next;
      continue;
    }
    const char* const run = at;
    at = skip_plain(at);
    if (at != end_ && static_cast<unsigned char>(*at) >= 0x80) {
      at = skip_utf8(at, end_);
      if (at != end_ && static_cast<unsigned char>(*at) >= 0x80) return fail_in_string(at);
    } else if (at == run) {
      return fail_in_string(at);
    }
    copy(run, at);
  }
  cell = {CellKind::string, verbatim && !lone_surrogate, lone_surrogate, {}};
  if (arena != nullptr) cell.text = arena->finish(out);
  return at + 1;
}

/// One escape, or a pair of \u escapes that make one code point. An unpaired surrogate is returned
/// as it is. Null if there is no escape at `at` (no fault is recorded).
inline const char* Scanner::read_escape(const char* at, std::uint32_t& code) const {
  if (end_ - at < 2) return nullptr;
  if (at[1] != 'u') {
    const auto index = std::string_view("\"\\/bfnrt").find(at[1]);
    if (index == std::string_view::npos) return nullptr;
    code = static_cast<unsigned char>("\"\\/\b\f\n\r\t"[index]);
    return at + 2;
  }
  at = read_hex4(at + 2, code);
  if (at == nullptr || (code & 0xFC00U) != 0xD800U) return at;
  std::uint32_t low = 0;
  if (end_ - at < 6 || at[0] != '\\' || at[1] != 'u') return at;
  const char* const behind = read_hex4(at + 2, low);
  if (behind == nullptr || (low & 0xFC00U) != 0xDC00U) return at;
  code = 0x10000U + ((code & 0x3FFU) << 10) + (low & 0x3FFU);
  return behind;
}

inline constexpr std::array<std::int8_t, 256> kHexDigits = [] {
  std::array<std::int8_t, 256> digits{};
  for (auto& digit : digits) digit = -1;
  for (std::size_t value = 0; value < 16; ++value) {
    digits[static_cast<unsigned char>("0123456789abcdef"[value])] = static_cast<std::int8_t>(value);
    digits[static_cast<unsigned char>("0123456789ABCDEF"[value])] = static_cast<std::int8_t>(value);
  }
  return digits;
}();

inline const char* Scanner::read_hex4(const char* at, std::uint32_t& code) const {
  if (end_ - at < 4) return nullptr;
  const auto digit = [at](int index) -> int {
    return kHexDigits[static_cast<unsigned char>(at[index])];
  };
  const int value = digit(0) * 4096 | digit(1) * 256 | digit(2) * 16 | digit(3);
  if (value < 0) return nullptr;  // one -1 keeps the sign bit through every `|`
  code = static_cast<std::uint32_t>(value);
  return at + 4;
}

// ---- numbers and literals

/// At least one digit.
inline const char* Scanner::read_digits(const char* at) {
  if (at == end_ || !is_digit(*at)) {
    return fail(at, "bad_number", "a number lacks a digit here");
  }
  do ++at;
  while (at != end_ && is_digit(*at));
  return at;
}

inline const char* Scanner::read_number(const char* at, Cell& cell) {
  const char* const start = at;
  if (*at == '-') ++at;
  const bool zero = at != end_ && *at == '0';
  at = read_digits(at);
  if (at != nullptr && zero && at - start > (*start == '-' ? 2 : 1)) {
    return fail(start + (*start == '-' ? 2 : 1), "bad_number", "a number has a leading zero");
  }
  if (at != nullptr && at != end_ && *at == '.') at = read_digits(at + 1);
  if (at != nullptr && at != end_ && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end_ && (*at == '+' || *at == '-')) ++at;
    at = read_digits(at);
  }
  if (at == nullptr) return nullptr;
  cell = {CellKind::number, false, false, {start, static_cast<std::size_t>(at - start)}};
  return at;
}

inline const char* Scanner::read_literal(const char* at, std::string_view word) {
  for (const char letter : word) {
    if (at == end_ || *at != letter) return unexpected(at, word);
    ++at;
  }
  return at;
}

inline const char* Scanner::read_scalar(const char* at, Cell& cell, Arena* arena) {
  if (at == end_) return unexpected(at, "a value");
  switch (*at) {
    case '"':
      return read_string(at, cell, arena);
    case 'n':
      cell = {CellKind::null, false, false, {}};
      return read_literal(at, "null");
    case 't':
      cell = {CellKind::boolean, false, false, "true"};
      return read_literal(at, "true");
    case 'f':
      cell = {CellKind::boolean, false, false, "false"};
      return read_literal(at, "false");
    case '+':
    case '.':
      return fail(at, "bad_number", "a number begins with a digit or a minus");
    default:
      return *at == '-' || is_digit(*at) ? read_number(at, cell) : unexpected(at, "a value");
  }
}

}  // namespace listing_sync::sheet
