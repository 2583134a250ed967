// Writing: batches are committed in sequence, each in one database transaction.
#include <algorithm>
#include <utility>

#include "engine/sync.h"
#include "json/json_fields.h"

namespace listing_sync {

// Makes the next batch ready to be sent. False: there is none (yet).
bool Sync::next_part() {
  if (!parts_.empty()) return true;
  if (prepared_.empty() && !fill(prepared_)) {
    next_row_ = std::max(next_row_, passed_row_);  // all that was read is committed
    return false;
  }
  std::swap(sent_, prepared_);
  prepared_.clear();
  // A batch may hold more rows than are committed at once after the size was cut.
  std::size_t from = 0;
  do {
    const std::size_t to = std::min<std::size_t>(sent_.size(), from + batch_.size);
    parts_.emplace_back(from, to);
    from = to;
  } while (from < sent_.size());
  return true;
}

bool Sync::fill(Batch& batch) {
  while (page_ || answered_) {
    if (!page_) use_page(std::move(answered_));
    const Result<bool> more = page_->fill(batch, batch_.size);
    if (!more.ok()) {
      for (const std::uint64_t hash : batch.hashes) keys_.uncover(hash);
      for (const std::uint64_t hash : batch.other_hashes) keys_.uncover(hash);
      batch.clear();
      take_back_reads();
      on_broken_answer(more.fault(), std::exchange(page_, nullptr)->read());
      return false;
    }
    if (!more.value()) {
      passed_row_ = batch.next_row;
      page_.reset();
      broken_ = 0;
    }
    if (!batch.empty()) return true;
  }
  return false;
}

void Sync::send_commit() {
  const auto [from, to] = parts_.front();
  const bool last = parts_.size() == 1;
  const std::uint32_t next_row = last && sent_.next_row != 0 ? sent_.next_row : next_row_;
  const std::uint64_t expected = selective_ ? wanted_.size() : keys_.size();
  call(Call::commit, commit_path(),
       commit_body(mapping_, grant_, {&sent_, from, to}, expected, memory(next_row)));
}

void Sync::on_commit_reply(Reply reply) {
  const Verdict& verdict = reply.verdict;
  if (verdict.action == Action::retry_same) return on_commit_given_up(reply);
  if (verdict.action == Action::cut_smaller || verdict.action == Action::isolate)
    return cut_part(verdict);
  if (verdict.action != Action::proceed) return close(verdict.code, verdict.message + lone_row());
  const auto answer = parse_document(reply.body.view());
  const std::string outcome = text_field(answer, "outcome");
  if (outcome == "committed") return on_committed(answer);
  if (outcome == "run_closed")
    return finish(
        "cancelled",
        {outcome, "the run was ended by somebody else (" + text_field(answer, "status") + ")"},
        true);
  if (outcome == "stale_fence" || outcome == "out_of_order")
    return finish("busy", {outcome, "another invocation holds the lease now"}, false);
  if (outcome == "all_refused")
    return close(outcome,
                 "every row of a batch was refused for one cause: " + text_field(answer, "code") +
                     " " + text_field(answer, "column") + text_field(answer, "constraint") + " " +
                     text_field(answer, "message"));
  close("unexpected_answer", "sync_commit answered '" + outcome + "'");
}

// Where the commit is known not to have happened the run can be laid down in order. Otherwise the
// database is away or the outcome unknown; the lease ends by itself and the next call goes on.
void Sync::on_commit_given_up(const Reply& reply) {
  const Verdict& verdict = reply.verdict;
  if (reply.outcome_open || target_is_away(verdict.code)) return give_up(reply);
  yield(verdict.code, verdict.message, reply.retry_in_ms);
}

void Sync::on_committed(const nlohmann::json& answer) {
  const auto [from, to] = parts_.front();
  parts_.pop_front();
  ++grant_.seq;
  batch_.on_commit(static_cast<std::uint32_t>(to - from));
  options_.budget.rows_spent += to - from;
  ledger_ = member(answer, "ledger");
  selective_waiting_ = number_field(answer, "selective_waiting") > 0;
  if (parts_.empty() && sent_.next_row != 0) next_row_ = sent_.next_row;
  const nlohmann::json& locked = member(answer, "row_locked");
  const nlohmann::json& failed = member(answer, "failed");
  const std::uint64_t accounted =
      number_field(answer, "inserted") + number_field(answer, "updated") +
      number_field(answer, "unchanged") + (failed.is_array() ? failed.size() : 0) +
      (locked.is_array() ? locked.size() : 0);
  outbox_.log("info", "batch_committed",
              {{"sync_id", grant_.sync_id},
               {"seq", grant_.seq},
               {"rows", to - from},
               {"inserted", number_field(answer, "inserted")},
               {"updated", number_field(answer, "updated")},
               {"unchanged", number_field(answer, "unchanged")},
               {"refused", failed.is_array() ? failed.size() : 0},
               {"held", sent_.held.size()},
               {"expected", selective_ ? wanted_.size() : keys_.size()},
               {"ledger", ledger_}});
  on_rows_locked(locked);
  if (accounted != to - from)
    close("ledger_mismatch", "a batch of " + std::to_string(to - from) +
                                 " rows was answered with " + std::to_string(accounted) +
                                 " results");
}

void Sync::on_rows_locked(const nlohmann::json& keys) {
  if (!keys.is_array()) return;
  for (const nlohmann::json& key : keys) {
    if (!key.is_string()) continue;
    const std::uint64_t hash = key_hash(key.get<std::string>());
    keys_.uncover(hash);
    locked_.emplace_back(hash, key.get<std::string>());
  }
}

// Known to be rolled back: the same rows again in two halves, under the same sequence number.
void Sync::cut_part(const Verdict& verdict) {
  const auto [from, to] = parts_.front();
  if (to - from <= 1) return close(verdict.code, verdict.message + lone_row());
  const std::size_t middle = from + (to - from) / 2;
  batch_.on_rollback();
  parts_.pop_front();
  parts_.emplace_front(middle, to);
  parts_.emplace_front(from, middle);
  outbox_.log("warn", "batch_cut", {{"code", verdict.code}, {"rows", batch_.size}});
}

// Names the row where a batch of one was refused.
std::string Sync::lone_row() const {
  const auto [from, to] = parts_.front();
  if (to - from != 1) return "";
  return " (a batch of one, row " + std::to_string(sent_.row_numbers[from]) + " of the sheet)";
}

void Sync::hold_keys(const std::vector<std::pair<std::uint64_t, std::string>>& keys,
                     std::string_view code, std::string_view message) {
  for (const auto& [hash, key] : keys) {
    if (keys_.covered(hash)) continue;
    keys_.cover(hash);
    HeldEntry entry;
    const std::vector<std::uint32_t> rows = keys_.rows(hash);
    entry.row = rows.empty() ? 0 : rows.front();
    entry.has_key = entry.whole_row = true;
    entry.hash = hash;
    entry.key = key;
    entry.code = code;
    entry.message = message;
    prepared_.held.push_back(std::move(entry));
    prepared_.other_hashes.push_back(hash);
    ++prepared_.failed;
  }
}

}  // namespace listing_sync
