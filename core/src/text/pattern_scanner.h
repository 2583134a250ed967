// The smallest parts of a pattern: escapes, classes in brackets, repetition operators.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "listing_sync/result.h"
#include "text/pattern_class.h"
#include "text/pattern_tree.h"
#include "text/pattern_utf8.h"

namespace listing_sync::pattern {

/// "`text`", for messages.
[[nodiscard]] std::string in_ticks(std::string_view text);

struct Repeat {
  std::uint32_t min = 0;
  std::uint32_t max = 0;  ///< may be kUnbounded
};

/// A place in a pattern that is valid UTF-8. What cannot be read answers nullopt; fault() then says
/// why.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  /// The byte `ahead` of the current place; NUL behind the end.
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool looking_at(std::string_view what) const {
    return text_.substr(at_, what.size()) == what;
  }
  bool eat(std::string_view what);
  void skip(std::size_t bytes) { at_ += bytes; }
  char32_t take_point();
  /// The text up to `end`, which is eaten too; nullopt where there is no `end`.
  std::optional<std::string_view> take_until(std::string_view end);

  /// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`; without fault nullopt where none of them stands.
  std::optional<Repeat> repeat_operator();
  /// `\d \D \w \W \s \S \p{Han} \P{Han}`; without fault nullopt where none of them stands.
  std::optional<CharClass> class_escape();
  /// A backslash that stands for one character.
  std::optional<char32_t> point_escape();
  /// `[…]`, ready to be asked.
  std::optional<CharClass> bracket_class(bool ignore_case);

  void fail(std::size_t offset, std::string message, std::string code = "bad_pattern");
  [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }

 private:
  [[nodiscard]] std::optional<Repeat> counted_repeat() const;
  std::optional<CharClass> script_escape();
  std::optional<char32_t> hex_escape(std::size_t open);
  bool class_item(CharClass& members);
  bool posix_item(CharClass& members);
  bool range_item(CharClass& members);
  std::optional<char32_t> class_point();

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace listing_sync::pattern
