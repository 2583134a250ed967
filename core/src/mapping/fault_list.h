// Where the readers of a mapping put what is wrong, and how they quote what they found.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "listing_sync/result.h"

namespace listing_sync::mapping {

/// More faults than this help nobody, and a hostile file must not turn into gigabytes of them.
inline constexpr std::size_t kFaultsMax = 1000;

/// Faults in the order they were found. The one after the last kept says how many are not shown.
class FaultList {
 public:
  void add(std::string_view code, std::string where, std::string message);
  [[nodiscard]] bool empty() const { return faults_.empty(); }
  /// What is added now is only counted.
  [[nodiscard]] bool full() const { return faults_.size() >= kFaultsMax; }
  [[nodiscard]] Faults take();

 private:
  Faults faults_;
  std::size_t left_out_ = 0;
};

/// `text` in quotation marks, on one line and not longer than some 60 characters.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// The JSON path of member `name` of the object at `path`: `$.columns[3].type`,
/// `$.values['公開中']`.
[[nodiscard]] std::string member_path(const std::string& path, std::string_view name);
/// The JSON path of item `index` of the array at `path`.
[[nodiscard]] std::string item_path(const std::string& path, std::size_t index);

}  // namespace listing_sync::mapping
