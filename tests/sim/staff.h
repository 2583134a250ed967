// The people, triggers and locks at the table: everything that happens to it besides the sync.
#pragma once

#include <cstdint>
#include <string>

#include "sim/dice.h"
#include "sim/settings.h"
#include "sim/shadow_table.h"
#include "support/database_model.h"

namespace listing_sync::sim {

class Staff {
 public:
  Staff(testing::DatabaseModel& model, ShadowTable& shadow, const Settings& settings,
        std::uint64_t seed);
  /// Somebody or something is at the table: which kind it was, or count_.
  Fault act(Moment moment, std::uint64_t now_ms);
  /// Locks are given up and the database is quick again. Constraints stay.
  void put_right();
  /// What the table refuses for good is settled once, before the first run.
  void begin(const std::vector<std::string>& keys);

 private:
  [[nodiscard]] const std::string* some_key();
  void lock_some(Moment moment, std::uint64_t now_ms);
  void type_into(const std::string& key, std::size_t column, Moment moment);

  testing::DatabaseModel& model_;
  ShadowTable& shadow_;
  const Settings& settings_;
  Dice dice_;
};

}  // namespace listing_sync::sim
