// The snapshot of the key column.
#include <algorithm>

#include "listing_sync/text.h"
#include "listing_sync/transform.h"

namespace listing_sync {

std::uint64_t key_hash(std::string_view key) { return hash64(key, 0); }

void KeyIndex::add(std::uint64_t hash, std::uint32_t row) {
  entries_.push_back({hash, row, false});
  last_row_ = std::max(last_row_, row);
}

void KeyIndex::add_keyless(std::uint64_t hash, std::uint32_t row) {
  if (!gaps_.empty() && gaps_.back().last + 1 == row)
    gaps_.back().last = row;
  else
    gaps_.push_back({row, row});
  if (hash == 0) return;
  const std::uint64_t pair[] = {hash, row};
  keyless_digest_ = hash64({reinterpret_cast<const char*>(pair), sizeof(pair)}, keyless_digest_);
}

void KeyIndex::seal() {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.row < b.row;
  });
}

void KeyIndex::inherit(const KeyIndex& before) {
  for (const Entry& entry : before.entries_)
    if (entry.covered) cover(entry.hash);
  for (const std::uint64_t hash : before.aside_) cover(hash);
}

std::uint64_t KeyIndex::digest() const {
  std::uint64_t digest = keyless_digest_;
  for (const Entry& entry : entries_) {
    const std::uint64_t pair[] = {entry.hash, entry.row};
    digest = hash64({reinterpret_cast<const char*>(pair), sizeof(pair)}, digest);
  }
  return digest;
}

std::size_t KeyIndex::lower(std::uint64_t hash) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), hash,
      [](const Entry& entry, std::uint64_t wanted) { return entry.hash < wanted; });
  return static_cast<std::size_t>(found - entries_.begin());
}

std::vector<std::uint32_t> KeyIndex::keyless_rows() const {
  std::vector<std::uint32_t> rows;
  for (const Gap& gap : gaps_)
    for (std::uint32_t row = gap.first; row <= gap.last && row < last_row_; ++row)
      rows.push_back(row);
  return rows;
}

bool KeyIndex::contains(std::uint64_t hash) const {
  const std::size_t at = lower(hash);
  return at < entries_.size() && entries_[at].hash == hash;
}

// `covered` stands on the first entry of a key.
bool KeyIndex::covered(std::uint64_t hash) const {
  const std::size_t at = lower(hash);
  if (at < entries_.size() && entries_[at].hash == hash) return entries_[at].covered;
  return aside_.count(hash) != 0;
}

void KeyIndex::cover(std::uint64_t hash) {
  const std::size_t at = lower(hash);
  if (at < entries_.size() && entries_[at].hash == hash)
    entries_[at].covered = true;
  else
    aside_.insert(hash);
}

void KeyIndex::uncover(std::uint64_t hash) {
  const std::size_t at = lower(hash);
  if (at < entries_.size() && entries_[at].hash == hash)
    entries_[at].covered = false;
  else
    aside_.erase(hash);
}

std::size_t KeyIndex::count(std::uint64_t hash) const {
  std::size_t at = lower(hash), found = 0;
  for (; at < entries_.size() && entries_[at].hash == hash; ++at) ++found;
  return found;
}

std::vector<std::uint32_t> KeyIndex::rows(std::uint64_t hash) const {
  std::vector<std::uint32_t> rows;
  for (std::size_t at = lower(hash); at < entries_.size() && entries_[at].hash == hash; ++at)
    rows.push_back(entries_[at].row);
  return rows;
}

std::vector<std::uint32_t> KeyIndex::uncovered_rows(
    const std::unordered_set<std::uint64_t>* only) const {
  std::vector<std::uint32_t> rows;
  bool covered = false;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (i == 0 || entries_[i - 1].hash != entry.hash) covered = entry.covered;
    if (!covered && (only == nullptr || only->count(entry.hash) != 0)) rows.push_back(entry.row);
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace listing_sync
