// Edit distance and the names it brings forward.
#include "mapping/nearest.h"

#include <algorithm>
#include <utility>

#include "mapping/fault_list.h"
#include "text/pattern_utf8.h"

namespace listing_sync::mapping {
namespace {

// Longer names are compared by their beginnings: a cell may hold 50,000 characters.
constexpr std::size_t kPointsMax = 64;
// 1,000 headers against 18,278 cells would be billions of steps; suggestions are a courtesy.
constexpr std::size_t kStepsMax = 20'000'000;
constexpr std::size_t kTypingErrorPercent = 51;

std::u32string code_points_of(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size() && points.size() < kPointsMax;) {
    const pattern::Decoded decoded = pattern::decode(text, at);
    points.push_back(decoded.point);
    at += decoded.size;
  }
  return points;
}

/// Levenshtein: insertions, deletions and replacements that make `a` from `b`.
std::size_t edit_distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

NearestNames::NearestNames(std::span<const std::string_view> names) : steps_left_(kStepsMax) {
  names_.reserve(names.size());
  for (const std::string_view name : names) names_.push_back(code_points_of(name));
}

std::vector<std::size_t> NearestNames::find(std::string_view wanted, std::size_t percent_max) {
  const std::u32string points = code_points_of(wanted);
  std::vector<std::pair<std::size_t, std::size_t>> near;  // percent of difference, index
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::size_t longer = std::max(points.size(), names_[i].size());
    const std::size_t steps = points.size() * names_[i].size() + 1;
    if (longer == 0 || steps > steps_left_) continue;
    steps_left_ -= steps;
    const std::size_t percent = edit_distance(points, names_[i]) * 100 / longer;
    if (percent < percent_max) near.emplace_back(percent, i);
  }
  std::sort(near.begin(), near.end());
  if (near.size() > kNearestMax) near.resize(kNearestMax);
  std::vector<std::size_t> indices;
  indices.reserve(near.size());
  for (const auto& [percent, index] : near) indices.push_back(index);
  return indices;
}

std::string suggestion(std::string_view wanted, std::span<const std::string_view> names) {
  const std::vector<std::size_t> near = NearestNames(names).find(wanted, kTypingErrorPercent);
  return near.empty() ? "" : " (did you mean " + in_quotes(names[near.front()]) + "?)";
}

}  // namespace listing_sync::mapping
