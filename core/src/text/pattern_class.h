// Sets of code points: what `.`, `[a-z]`, `\d` and `\p{Han}` stand for in a pattern.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace listing_sync::pattern {

inline constexpr char32_t kCodePointLast = 0x10FFFF;

struct CodeRange {
  char32_t first = 0;
  char32_t last = 0;  ///< inclusive
};

/// Built by add()s, then finished by seal(); only a sealed class may be asked.
class CharClass {
 public:
  void add(char32_t first, char32_t last);
  void add(const CharClass& other);
  /// Adds the other case of every ASCII and full-width letter in the class (the flag `i`).
  void add_other_case();
  /// Sorts and joins the ranges; with `negated` the class becomes its complement.
  void seal(bool negated);

  [[nodiscard]] bool contains(char32_t point) const;
  /// In rising order, apart from each other.
  [[nodiscard]] const std::vector<CodeRange>& ranges() const { return ranges_; }

 private:
  void join();
  void complement();

  std::vector<CodeRange> ranges_;
  std::uint64_t ascii_[2] = {0,
                             0};  ///< one bit per code point below 128: most text is answered here
};

/// The other case of an ASCII or full-width letter, or `point` itself.
[[nodiscard]] char32_t other_case(char32_t point);
/// Word characters in the sense of `\w` and `\b`: ASCII letters, digits and `_`.
[[nodiscard]] bool is_word(char32_t point);

/// The class behind `\d \w \s` and, complemented, `\D \W \S`; nullopt for any other letter.
[[nodiscard]] std::optional<CharClass> perl_class(char32_t letter);
/// The class behind `[:alpha:]` (without the brackets and colons); nullopt for an unknown name.
[[nodiscard]] std::optional<CharClass> posix_class(std::string_view name);
/// The class behind `\p{Han}`, `\p{Hiragana}`, `\p{Katakana}` (Unicode's property Script);
/// nullopt for any other name.
[[nodiscard]] std::optional<CharClass> script_class(std::string_view name);

}  // namespace listing_sync::pattern
