// Regular expressions in linear time: RE2 syntax without look-around and back-references.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "listing_sync/result.h"

namespace listing_sync {

/// A compiled pattern. Unanchored, over code points; \d \w \s \b are ASCII; at most 1,000 states.
/// Matching takes time linear in the text, whatever the pattern (Thompson/Pike simulation), so neither a
/// hostile pattern nor a hostile text can hang it. Copies share the program.
class Pattern {
 public:
  /// Faults: bad_pattern (where: "offset N" in the pattern), pattern_too_large.
  static Result<Pattern> compile(std::string_view pattern);
  [[nodiscard]] bool matches(std::string_view text) const;
  [[nodiscard]] std::string_view source() const;

 private:
  struct Program;
  std::shared_ptr<const Program> program_;
};

}  // namespace listing_sync
