// What happens next. Events change what is known; advance() alone starts requests.
#include "engine/sync.h"

#include <algorithm>
#include <utility>

#include "json/json_fields.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kSheetsPerMinute = 50;  // of the 60 a user has; leaves room for people
constexpr std::uint64_t kEndReserveMs = 2'000;  // what laying a run down may take
constexpr std::uint32_t kRoundsMax = 3;
constexpr std::size_t kWholeTabBytesMax = std::size_t{32} << 20;

}  // namespace

Sync::Sync(Mapping mapping, Options options, Outbox& outbox)
    : mapping_(std::move(mapping)), options_(std::move(options)), outbox_(outbox) {
  random_.state = options_.random_seed;
  batch_size_ = options_.batch_size;
  sheets_breaker_.threshold = options_.breaker_threshold;
  sheets_breaker_.timeout_ms = options_.breaker_timeout_ms;
}

void Sync::start(std::uint64_t now_ms) {
  now_ms_ = now_ms;
  database_.configure(Bucket::full(options_.rate_limit * 60, options_.rate_limit, now_ms),
                      options_.backoff, options_.retry_attempts);
  sheets_.configure(Bucket::full(kSheetsPerMinute, kSheetsPerMinute, now_ms), options_.backoff,
                    options_.retry_attempts);
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
  const std::uint64_t left_ms = options_.budget.wall_left_ms(now_ms_);
  const std::uint64_t wait_max_ms = left_ms > kEndReserveMs ? left_ms - kEndReserveMs : 0;
  if (event.type == EventType::timer && event.id == prepare_timer_ && prepare_timer_ != 0) {
    prepare_timer_ = 0;
    if (prepared_.empty() && end_ == End::none) (void)fill(prepared_);
    advance();
  } else if (database_.expects(event.id)) {
    auto reply = database_.take(event, wait_max_ms, random_, outbox_);
    if (!reply) return;
    if (call_ == Call::claim)
      on_claim_reply(std::move(*reply));
    else if (call_ == Call::commit)
      on_commit_reply(std::move(*reply));
    else
      on_end_reply(std::move(*reply));
    advance();
  } else if (sheets_.expects(event.id)) {
    auto reply = sheets_.take(event, wait_max_ms, random_, outbox_);
    if (!reply) return;
    if (end_ == End::none) on_sheet_reply(std::move(*reply));
    advance();
  }
}

void Sync::advance() {
  if (state_ == State::finished || state_ == State::claiming) return;
  if (end_ == End::none) advance_database();
  if (end_ == End::none) advance_sheets();
  if (end_ == End::none && settled()) settle();
  if (end_ != End::none) {
    state_ = end_ == End::close ? State::closing : State::yielding;
    if (!database_.busy()) send_end();
    return;
  }
  const bool only_snapshot_left = !database_.busy() && !page_ && !answered_ && plan_.empty() &&
                                  reading_ && reading_->kind == Read::Kind::snapshot;
  if (state_ == State::copying && only_snapshot_left) state_ = State::verifying;
}

void Sync::advance_database() {
  if (database_.busy()) {
    // The next batch is converted while the database works on this one: after the effects of this
    // step are on their way, not before.
    const bool more = page_ || answered_;
    if (call_ == Call::commit && more && prepared_.empty() && prepare_timer_ == 0)
      prepare_timer_ = outbox_.wait(0);
    return;
  }
  if (!next_part() || end_ != End::none) return;
  if (!options_.budget.allows(now_ms_, 1, kEndReserveMs)) return yield("budget_spent", 0);
  if (selective_waiting_ && !selective_) return yield("selective_waiting", 0);
  send_commit();
}

void Sync::advance_sheets() {
  if (sheets_.busy() || answered_ || plan_.empty()) return;
  if (!options_.budget.allows(now_ms_, 2, kEndReserveMs)) {
    if (!database_.busy()) yield("budget_spent", 0);
    return;
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
  if (rows.empty()) {
    std::vector<std::pair<std::uint64_t, std::string>> absent;
    for (const auto& wanted : wanted_)
      if (!keys_.covered(wanted.first)) absent.push_back(wanted);
    if (absent.empty()) return complete();
    hold_keys(absent, "not_in_sheet", "no row of the sheet has this key");
    return advance_database();
  }
  if (++rounds_ <= kRoundsMax) return plan_rows(rows);
  std::vector<std::pair<std::uint64_t, std::string>> locked;
  for (const auto& key : locked_)
    if (!keys_.covered(key.first)) locked.push_back(key);
  if (!locked.empty()) {
    hold_keys(locked, "row_locked", "the row was locked by another session each time it was tried");
    return advance_database();
  }
  if (whole_read_ || bytes_per_row_ * grid_rows_ > kWholeTabBytesMax)
    return close("sheet_unstable",
                 std::to_string(rows.size()) +
                     " rows moved each time they were read; the next run will try again");
  whole_read_ = true;
  plan_.push_back({Read::Kind::whole, true, {{mapping_.header_row, 0}}});
  advance_sheets();
}

void Sync::call(Call what, std::string path, std::string body) {
  call_ = what;
  ++options_.budget.requests_spent;
  database_.send({Target::database, std::move(path), std::move(body)}, now_ms_, 0, timeout_ms(),
                 outbox_);
}

Memory Sync::memory(std::uint32_t next_row) const {
  Memory memory;
  if (!selective_ && !grant_.dry_run && layout_)
    memory.state = {{"key_column", layout_->key_column},
                    {"last_column", layout_->last_column},
                    {"next_row", next_row}};
  memory.circuits = {{"sheets",
                      {{"state", breaker_state_name(sheets_breaker_.state)},
                       {"failures", sheets_breaker_.failures},
                       {"opened_at_ms", sheets_breaker_.opened_at_ms}}}};
  return memory;
}

nlohmann::json Sync::grant_json() const {
  return {{"p_source", grant_.source}, {"p_fence", grant_.fence}, {"p_sync_id", grant_.sync_id}};
}

std::uint64_t Sync::timeout_ms() const {
  const std::uint64_t left_ms = options_.budget.wall_left_ms(now_ms_);
  return std::max<std::uint64_t>(1, std::min(options_.timeout_ms, left_ms));
}

const std::unordered_set<std::uint64_t>* Sync::selection() const {
  return selective_ ? &selected_ : nullptr;
}

}  // namespace listing_sync
