// What was probably meant: the names nearest to one that was not found.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace listing_sync::mapping {

inline constexpr std::size_t kNearestMax = 3;

/// Looks for near names among a fixed list; the work of all searches together is bounded.
class NearestNames {
 public:
  explicit NearestNames(std::span<const std::string_view> names);

  /// Indices of at most kNearestMax names, nearest first, by edit distance over code points in
  /// relation to length. Names that differ by `percent_max` or more of the longer one are left out.
  [[nodiscard]] std::vector<std::size_t> find(std::string_view wanted, std::size_t percent_max);

 private:
  std::vector<std::u32string> names_;
  std::size_t steps_left_;
};

/// ` (did you mean "type"?)`, or nothing where no name is near.
[[nodiscard]] std::string suggestion(std::string_view wanted,
                                     std::span<const std::string_view> names);

}  // namespace listing_sync::mapping
