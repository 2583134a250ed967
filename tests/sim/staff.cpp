// Staff, triggers, constraints and locks.
#include "sim/staff.h"

#include <algorithm>

#include "support/json.h"

namespace listing_sync::sim {

Staff::Staff(testing::DatabaseModel& model, ShadowTable& shadow, const Settings& settings,
             std::uint64_t seed)
    : model_(model), shadow_(shadow), settings_(settings), dice_(seed, "staff") {}

const std::string* Staff::some_key() {
  if (model_.table.empty()) return nullptr;
  auto row = model_.table.begin();
  std::advance(row, static_cast<std::ptrdiff_t>(dice_.below(model_.table.size())));
  return &row->first;
}

// Somebody is in the middle of something with these rows: has typed into them, and holds them.
void Staff::lock_some(Moment moment, std::uint64_t now_ms) {
  for (std::uint64_t i = dice_.between(1, 4); i > 0; --i) {
    const std::string* key = some_key();
    if (key == nullptr) return;
    const std::uint64_t longest_ms = dice_.chance(350) ? 400'000 : 5'000;
    model_.locked_until_ms[*key] = now_ms + dice_.between(100, longest_ms);
    if (dice_.chance(800)) type_into(*key, 1, moment);
  }
}

void Staff::type_into(const std::string& key, std::size_t column, Moment moment) {
  const std::string typed = testing::quoted("staff " + std::to_string(dice_.below(1000)));
  shadow_.staff_set(key, column, typed, moment);
  model_.set_cell(key, shadow_.column_name(column), typed);
}

Fault Staff::act(Moment moment, std::uint64_t now_ms) {
  const std::uint64_t drawn = dice_.below(10);
  const Fault fault = drawn < 5   ? Fault::staff_edits
                      : drawn < 7 ? Fault::staff_deletes
                                  : Fault::rows_locked;
  const std::string* key = some_key();
  const std::size_t column =
      dice_.chance(400) ? shadow_.staff_column()
                        : static_cast<std::size_t>(dice_.between(1, settings_.columns - 1));
  if (!settings_.faults.has(fault) || key == nullptr) return Fault::count_;
  if (fault == Fault::rows_locked) {
    lock_some(moment, now_ms);
  } else if (fault == Fault::staff_edits) {
    type_into(*key, column, moment);
  } else {
    shadow_.staff_delete(*key, moment);
    model_.delete_row(std::string(*key));
  }
  return fault;
}

void Staff::begin(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    const bool refused = dice_.chance(15), swallowed = dice_.chance(10);
    if (refused && settings_.faults.has(Fault::rows_refused))
      model_.refused[key] = dice_.chance(500) ? "23514" : "P0001";
    else if (swallowed && settings_.faults.has(Fault::rows_swallowed))
      model_.swallowed.insert(key);
  }
  const auto rows_max = static_cast<std::size_t>(dice_.between(30, 300));
  if (settings_.faults.has(Fault::db_slow_rows)) model_.rows_max = rows_max;
}

void Staff::put_right() {
  model_.locked_until_ms.clear();
  model_.rows_max = 1000;
}

}  // namespace listing_sync::sim
