// Held entries: recorded for review, bumped rarely, resolved when their key is dealt with.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "support/database_answers.h"
#include "support/database_model.h"

namespace listing_sync::testing {
namespace {

void resolve(HeldEntry& entry, const char* by, std::uint64_t now_ms) {
  entry.resolved_at_ms = now_ms;
  entry.resolved_by = by;
}

auto facts(const Held& held) {
  return std::tie(held.kind, held.code, held.message, held.row_json, held.value, held.tag,
                  held.hash);
}

// What is wrong, wherever it stands now.
auto wrong(const Held& held) {
  return std::tie(held.kind, held.code, held.message, held.value, held.tag);
}

// One entry per identity, the one with the lowest row number: a key that stands twice comes twice.
std::map<std::string, const Held*> one_each(const std::vector<Held>& now_held) {
  std::map<std::string, const Held*> ones;
  for (const Held& held : now_held) {
    const Held*& one = ones[held.identity()];
    const bool is_lower = one == nullptr || one->row_json == "null" || held.row < one->row;
    if (one == nullptr || (held.row_json != "null" && is_lower)) one = &held;
  }
  return ones;
}

}  // namespace

void DatabaseModel::resolve_covered(const std::vector<Held>& now_held,
                                    const std::vector<std::int64_t>& covered) {
  std::vector<HeldEntry*> dealt_with;
  for (HeldEntry& entry : held)
    if (entry.open() && std::find(covered.begin(), covered.end(), entry.held.hash) != covered.end())
      dealt_with.push_back(&entry);
  if (dealt_with.empty()) return;
  std::unordered_set<std::string> still;
  for (const Held& entry : now_held) still.insert(entry.identity());
  for (HeldEntry* entry : dealt_with)
    if (still.count(entry->held.identity()) == 0) resolve(*entry, "commit", now_ms_);
}

void DatabaseModel::record_held(const Run& run, const std::vector<Held>& now_held) {
  if (now_held.empty()) return;
  std::unordered_map<std::string, HeldEntry*> known;
  for (HeldEntry& entry : held) known.emplace(entry.held.identity(), &entry);
  for (const auto& [identity, now] : one_each(now_held)) {
    const auto found = known.find(identity);
    if (found == known.end()) {
      HeldEntry& entry = held.emplace_back();
      entry.id = ++last_held_id_;
      entry.held = *now;
      entry.sync_id = run.sync_id;
      entry.first_seen_ms = entry.last_seen_ms = now_ms_;
      continue;
    }
    // Seen again unchanged it is left alone for an hour: the same held rows come with every run.
    HeldEntry& entry = *found->second;
    if (entry.open() && entry.last_seen_ms + kHourMs >= now_ms_ && facts(entry.held) == facts(*now))
      continue;
    const std::string column = entry.held.column;
    if (!entry.open() || wrong(entry.held) != wrong(*now)) entry.ignored_at_ms = 0;
    entry.held = *now;
    entry.held.column = column;  // of a row without a key it is no part of the identity
    entry.sync_id = run.sync_id;
    entry.last_seen_ms = now_ms_;
    ++entry.seen_count;
    entry.resolved_at_ms = 0;
    entry.resolved_by.clear();
  }
}

void DatabaseModel::resolve_vanished(const Run& run) {
  std::set<std::int64_t> covered, held_keyless;
  for (const auto& [number, batch] : run.batches) {
    covered.insert(batch.covered.begin(), batch.covered.end());
    held_keyless.insert(batch.held_keyless.begin(), batch.held_keyless.end());
  }
  for (HeldEntry& entry : held) {
    const auto& met = entry.held.keyless ? held_keyless : covered;
    if (entry.open() && met.count(entry.held.hash) == 0) resolve(entry, "vanished", now_ms_);
  }
}

}  // namespace listing_sync::testing
