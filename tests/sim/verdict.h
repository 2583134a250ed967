// What came of one seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/faults.h"

namespace listing_sync::sim {

/// A promise of DESIGN, section 7, that was broken.
struct Finding {
  std::string code;  ///< stable: shrinking keeps a world only while it has the same code
  std::string text;
};

struct Verdict {
  std::optional<Finding> finding;
  FaultCounts faults{};
  std::uint64_t rows = 0, columns = 0, invocations = 0, killed = 0, events = 0;
  std::uint64_t runs_completed = 0, runs_failed = 0, commits = 0, rows_committed = 0;
  std::uint64_t sheet_reads = 0, database_calls = 0, simulated_ms = 0;
  std::uint64_t ticks_to_recover = 0;
  std::vector<std::string> log;  ///< the last events, all of them when asked for
  /// Of people at the sheet; all others are faults.
  [[nodiscard]] std::uint64_t edits_total() const { return total(true); }
  [[nodiscard]] std::uint64_t faults_total() const { return total(false); }

 private:
  [[nodiscard]] std::uint64_t total(bool edits) const {
    std::uint64_t sum = 0;
    for (const FaultKind& kind : fault_kinds())
      if ((kind.group == FaultGroup::edit) == edits)
        sum += faults[static_cast<std::size_t>(kind.fault)];
    return sum;
  }
};

}  // namespace listing_sync::sim
