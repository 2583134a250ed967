// The syntax of patterns: RE2's, without look-around, back-references and most Unicode properties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "listing_sync/result.h"
#include "text/pattern_tree.h"

namespace listing_sync::pattern {

inline constexpr std::size_t kPatternBytesMax = 10'000;
inline constexpr std::uint32_t kRepeatMax = 1000;  ///< as in RE2
inline constexpr std::size_t kGroupDepthMax = 64;  ///< bounds the recursion over the tree

/// Faults: bad_pattern, pattern_too_large; `where` is "offset N", in bytes.
[[nodiscard]] Result<Tree> parse(std::string_view pattern);

}  // namespace listing_sync::pattern
