// What happens next. Events change what is known; advance() alone starts requests.
#include "engine/sync.h"

#include <algorithm>
#include <utility>

#include "json/json_fields.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kEndReserveMs = 2'000;  // what laying a run down may take
constexpr std::uint32_t kRoundsMax = 3;

}  // namespace

Sync::Sync(Mapping mapping, Options options, Outbox& outbox)
    : mapping_(std::move(mapping)),
      options_(std::move(options)),
      outbox_(outbox),
      database_circuit_(Target::database, outbox),
      sheets_circuit_(Target::sheets, outbox),
      database_(database_circuit_),
      sheets_(sheets_circuit_) {
  random_.state = options_.random_seed;
}

void Sync::start(std::uint64_t now_ms) {
  now_ms_ = now_ms;
  outbox_.limit_answers(options_.answer_bytes_max);
  database_circuit_.configure(Bucket::full(options_.rate_limit * 60, options_.rate_limit, now_ms),
                              options_.breaker_threshold, options_.breaker_timeout_ms);
  database_.configure(options_.backoff, options_.retry_attempts);
  sheets_.configure(options_.backoff, options_.retry_attempts);
  send_claim();
}

void Sync::on_event(Event& event) {
  if (state_ == State::finished) return;
  const State before = state_;
  const EventType type = event.type;
  now_ms_ = std::max(now_ms_, event.now_ms);
  dispatch(event);
  if (is_edge(before, type, state_)) return;
  const std::string where = std::string(state_name(before)) + " on " +
                            std::string(event_name(type)) + " to " +
                            std::string(state_name(state_));
  outbox_.log("error", "engine_bug", {{"edge", where}});
  if (state_ != State::finished) finish("failed", {"engine_bug", where}, false);
}

void Sync::dispatch(Event& event) {
  if (event.type == EventType::timer && event.id == prepare_timer_ && prepare_timer_ != 0) {
    prepare_timer_ = 0;
    if (prepared_.empty() && end_ == End::none) (void)fill(prepared_);
  } else if (database_.expects(event)) {
    auto reply = database_.take(event, allowance(event), random_, outbox_);
    if (!reply) return;
    // Any answer that is no failure of the target: a refused row does not speak against it.
    if (reply->verdict.action != Action::retry_same)
      database_circuit_.on_success(database_.generation(), now_ms_);
    if (call_ == Call::claim)
      on_claim_reply(std::move(*reply));
    else if (call_ == Call::commit)
      on_commit_reply(std::move(*reply));
    else
      on_end_reply(std::move(*reply));
  } else if (sheets_.expects(event)) {
    auto reply = sheets_.take(event, allowance(event), random_, outbox_);
    if (!reply) return;
    on_sheet_reply(std::move(*reply));
  } else {
    return;
  }
  advance();
}

void Sync::advance() {
  if (state_ == State::finished) return;
  if (end_ == End::none) advance_database();
  if (end_ == End::none) advance_sheets();
  if (end_ == End::none && settled()) settle();
  if (end_ != End::none) {
    sheets_.drop(outbox_);  // whatever it brings is of no use any more
    state_ = end_ == End::close ? State::closing : State::yielding;
    if (!database_.busy()) send_end();
    return;
  }
  const bool only_snapshot_left = !database_.busy() && !page_ && !answered_ && plan_.empty() &&
                                  reading_ && reading_->kind == Read::Kind::snapshot;
  if (state_ == State::copying && only_snapshot_left) state_ = State::verifying;
}

void Sync::advance_database() {
  if (!database_.busy()) {
    if (!next_part() || end_ != End::none) return;
    if (!affords(1)) return yield("budget_spent", "the next call goes on", 0);
    if (selective_waiting_ && !selective_)
      return yield("selective_waiting", "a selection is served first", 0);
    send_commit();
  }
  // The next batch is converted while the database works on this one: after the effects of this
  // step are on their way, not before.
  const bool more = page_ || answered_;
  if (call_ == Call::commit && more && prepared_.empty() && prepare_timer_ == 0)
    prepare_timer_ = outbox_.wait(0);
}

void Sync::advance_sheets() {
  if (sheets_.busy() || answered_ || plan_.empty()) return;
  if (reading_ended_ || !affords(2)) {
    if (database_.busy()) return;
    if (!reading_ended_) return yield("budget_spent", "the next call goes on", 0);
    return yield(reading_ended_->cause.code, reading_ended_->cause.message, reading_ended_->ms);
  }
  Read read = std::move(plan_.front());
  plan_.pop_front();
  send_read(std::move(read));
}

bool Sync::settled() const {
  return keys_known_ && !database_.busy() && !sheets_.busy() && plan_.empty() && !page_ &&
         !answered_ && parts_.empty() && prepared_.empty();
}

// All that was read is committed. The run may end if the last snapshot of the key column holds no
// uncovered key; otherwise the rows of those keys are read where that snapshot saw them.
void Sync::settle() {
  const std::vector<std::uint32_t> rows = keys_.uncovered_rows(selection());
  if (!rows.empty())
    settle_rows(rows, 0);
  else if (!settle_keyless())
    hold_absent();
  if (end_ != End::none) return;
  if (plan_.empty() && prepared_.empty()) return complete();
  state_ = State::copying;
  advance_database();
  if (end_ == End::none) advance_sheets();
}

// Rows without a key cannot be followed when others move. So where two snapshots differ, the rows
// that show no key in the last one are read again, until two snapshots around that reading are the
// same. False: that is done, or cannot be.
bool Sync::settle_keyless() {
  if (!sheet_moved_ || selective_) return false;
  sheet_moved_ = keyless_digest_ != keys_digest_;
  if (!sheet_moved_ || (rounds_ >= kRoundsMax && !whole_fits())) return false;
  const std::uint32_t tail = std::max(keys_.last_row(), mapping_.header_row) + 1;
  const std::vector<std::uint32_t> rows = keys_.keyless_rows();
  sheet_moved_ = !rows.empty() || tail <= grid_rows_;
  if (!sheet_moved_) return false;
  settle_rows(rows, tail);
  if (!plan_.empty()) keyless_digest_ = keys_digest_;
  return true;
}

// `tail`: everything from that row on as well; 0: nothing.
void Sync::settle_rows(const std::vector<std::uint32_t>& rows, std::uint32_t tail) {
  if (++rounds_ <= kRoundsMax) return plan_rows(rows, tail);
  hold_locked();
  if (!prepared_.empty()) return;
  if (!whole_fits())
    return close("sheet_unstable",
                 std::to_string(rows.size()) +
                     " rows moved each time they were read; the next run will try again");
  whole_read_ = true;
  plan_.push_back({Read::Kind::whole, true, {{mapping_.header_row, 0}}});
}

bool Sync::whole_fits() const {
  return !whole_read_ && bytes_per_row_ * grid_rows_ <= options_.answer_bytes_max / 2;
}

void Sync::hold_locked() {
  std::vector<std::pair<std::uint64_t, std::string>> present;
  for (const auto& key : locked_)
    if (keys_.contains(key.first)) present.push_back(key);
  hold_keys(present, "row_locked", "the row was locked by another session each time it was tried");
}

void Sync::hold_absent() { hold_keys(wanted_, "not_in_sheet", "no row of the sheet has this key"); }

void Sync::call(Call what, std::string path, std::string body) {
  call_ = what;
  const bool ends = what == Call::close || what == Call::yield;
  const std::uint64_t left_ms = ends ? options_.budget.wall_left_ms(now_ms_) : work_left_ms();
  const bool may_cut = what == Call::commit && parts_.front().second - parts_.front().first > 1;
  database_.send({Target::database, std::move(path), std::move(body), may_cut}, now_ms_, 0,
                 afford(left_ms), outbox_);
}

// One request may be made now, and `reserve` further ones after it: the commit of what was read,
// the end of the run. Requests that are only held back by the rate limit count as made.
bool Sync::affords(std::uint64_t reserve) {
  options_.budget.requests_spent =
      outbox_.requests(Target::sheets) + outbox_.requests(Target::database) +
      (sheets_.holds_back() ? 1 : 0) + (database_.holds_back() ? 1 : 0);
  return options_.budget.allows(now_ms_, reserve, kEndReserveMs);
}

// A wait longer than half the lease is no wait but a rest: the run is laid down.
Allowance Sync::afford(std::uint64_t left_ms) const {
  return {true, std::min(left_ms, options_.lease_ms / 2),
          std::clamp<std::uint64_t>(left_ms, 1, options_.timeout_ms)};
}

// For the request that `event` answers. A timer's request has been counted when it was planned.
Allowance Sync::allowance(const Event& event) {
  const bool of_sheets = sheets_.expects(event);
  if (!of_sheets && (call_ == Call::close || call_ == Call::yield)) {
    const std::uint64_t left_ms = options_.budget.wall_left_ms(now_ms_);
    Budget budget = options_.budget;
    budget.requests_spent = outbox_.requests(Target::sheets) + outbox_.requests(Target::database);
    budget.rows = 0;  // no row is moved any more
    Allowance allowance = afford(left_ms);
    allowance.again = budget.allows(now_ms_, 0, 0);
    return allowance;
  }
  const std::uint64_t reserve = of_sheets ? 2 : 1;
  Allowance allowance = afford(work_left_ms());
  allowance.again = affords(event.type == EventType::timer ? reserve - 1 : reserve);
  return allowance;
}

std::uint64_t Sync::work_left_ms() const {
  const std::uint64_t left_ms = options_.budget.wall_left_ms(now_ms_);
  return left_ms > kEndReserveMs ? left_ms - kEndReserveMs : 0;
}

Memory Sync::memory(std::uint32_t next_row) const {
  Memory memory;
  if (!selective_ && layout_)
    memory.state = {{"sync_id", grant_.sync_id},           {"key_column", layout_->key_column},
                    {"last_column", layout_->last_column}, {"next_row", next_row},
                    {"keys_digest", keys_digest_},         {"sheet_moved", sheet_moved_},
                    {"bytes_per_row", bytes_per_row_}};
  nlohmann::json database = database_circuit_.stored(now_ms_);
  if (batch_.size < batch_.max) {
    database["batch_size"] = batch_.size;
    database["batch_good"] = batch_.good;
  }
  memory.circuits = {{"sheets", sheets_circuit_.stored(now_ms_)},
                     {"database", std::move(database)}};
  return memory;
}

nlohmann::json Sync::grant_json() const {
  return {{"p_source", grant_.source}, {"p_fence", grant_.fence}, {"p_sync_id", grant_.sync_id}};
}

const std::unordered_set<std::uint64_t>* Sync::selection() const {
  return selective_ ? &selected_ : nullptr;
}

}  // namespace listing_sync
