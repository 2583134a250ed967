// Regular expressions in linear time: RE2 syntax without look-around and back-references.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "listing_sync/result.h"

namespace listing_sync {

/// A compiled pattern. Unanchored, over code points; \d \w \s \b are ASCII; at most 1,000 states.
/// Matching takes time linear in the text, whatever the pattern (Thompson simulation), so neither a
/// hostile pattern nor a hostile text can hang it, and needs no memory but its stack frame. Copies
/// share the program. The syntax, exactly: docs/MAPPING.md.
class Pattern {
 public:
  /// Faults: bad_pattern (where: "offset N", a byte of the pattern), pattern_too_large.
  static Result<Pattern> compile(std::string_view pattern);
  /// True if the pattern is found anywhere in `text`. A byte of `text` that is no UTF-8 is U+FFFD.
  [[nodiscard]] bool matches(std::string_view text) const;
  [[nodiscard]] std::string_view source() const;

  // Defined where Program is known: whoever holds a Pattern needs no part of it.
  Pattern(const Pattern&);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(const Pattern&);
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

 private:
  struct Program;
  explicit Pattern(std::shared_ptr<const Program> program);
  std::shared_ptr<const Program> program_;
};

}  // namespace listing_sync
