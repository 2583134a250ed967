// Requests on their way.
#include "sim/world.h"

#include <algorithm>
#include <utility>

namespace listing_sync::sim {
namespace {

using testing::Json;
using testing::Outcome;

constexpr std::uint64_t kEventsMax = 20'000;  // of one invocation
constexpr std::uint64_t kQuota = 60, kMinuteMs = 60'000;

Outcome quota_exceeded() {
  return {429, R"({"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED"}})", "",
          "{}"};
}

Columns columns_of(std::uint64_t seed, const Settings& settings) {
  Dice dice(seed, "columns");
  return make_columns(static_cast<std::size_t>(settings.columns), settings.header_row, dice);
}

bool is_success(const Outcome& outcome) { return outcome.status >= 200 && outcome.status < 300; }

}  // namespace

World::World(std::uint64_t seed, const Settings& settings, bool verbose, Recorder recorder)
    : seed_(seed),
      settings_(settings),
      journal_(verbose),
      dice_(seed, "world"),
      columns_(columns_of(seed, settings_)),
      sheet_(columns_, settings_.header_row, settings_.grid_spare),
      shadow_(columns_),
      editors_(sheet_, settings_, seed),
      staff_(model_, shadow_, settings_, seed),
      network_(settings_, seed),
      auditor_(sheet_, shadow_, model_, settings_, verdict_),
      recorder_(std::move(recorder)) {
  editors_.fill();
  std::vector<std::string> keys;
  for (const SheetRow* row : sheet_.rows())
    if (row->now.content.kind == KeyKind::listing) keys.push_back(row->now.content.key);
  staff_.begin(keys);
  model_.source = "listings";
  for (std::size_t i = 0; i <= shadow_.staff_column(); ++i)
    model_.columns.push_back({shadow_.column_name(i), "null", "", true});
  options_ = "{\"batch_size\":" + std::to_string(settings_.batch_size) +
             ",\"retry_attempts\":" + std::to_string(settings_.retry_attempts) +
             ",\"retry_delay_ms\":" + std::to_string(settings_.retry_delay_ms) +
             ",\"rate_limit\":" + std::to_string(settings_.rate_limit) +
             ",\"sheets_rate_limit\":" + std::to_string(settings_.sheets_rate_limit) +
             ",\"breaker_threshold\":" + std::to_string(settings_.breaker_threshold) +
             ",\"breaker_timeout_ms\":" + std::to_string(settings_.breaker_timeout_s * 1000) + "}";
  verdict_.rows = sheet_.rows().size();
  verdict_.columns = columns_.list.size();
  disturbed_ticks_ = settings_.ticks;
}

void World::later(std::uint64_t at_ms, Kind kind, std::size_t index) {
  queue_.push({at_ms, ++order_, kind, index});
}

Verdict World::run() {
  later(0, Kind::tick, 0);
  while (!over_ && !verdict_.finding && !queue_.empty()) {
    const Due due = queue_.top();
    queue_.pop();
    now_ms_ = std::max(now_ms_, due.at_ms);
    step(due);
  }
  if (!verdict_.finding) auditor_.manners.on_end();
  verdict_.simulated_ms = now_ms_;
  verdict_.log = journal_.take();
  return std::move(verdict_);
}

void World::step(const Due& due) {
  switch (due.kind) {
    case Kind::tick:
      return tick();
    case Kind::launch:
      return launch(std::move(launches_[due.index]));
    case Kind::arrival:
      return arrive(arrivals_[due.index]);
    case Kind::delivery:
      return deliver(due.index);
  }
}

void World::perform(Invocation& invocation, const Json& effects) {
  // A host that dies does so between any two effects.
  const bool dies = host_fails(Fault::host_killed);
  std::size_t left = dies ? static_cast<std::size_t>(dice_.below(effects.size() + 1)) : SIZE_MAX;
  bool backs_off = false;  // the wait that follows this log line is one after a failure
  for (const Json& effect : effects.items()) {
    if (left-- == 0) break;
    const std::string_view type = effect["type"].view();
    if (type == "fetch") {
      send(invocation, effect);
    } else if (type == "wait") {
      const std::uint64_t ms = effect["ms"].number();
      auditor_.manners.on_waits(invocation, ms, std::exchange(backs_off, false));
      std::uint64_t late_ms = 0;
      if (host_fails(Fault::host_late_timers)) {
        late_ms = dice_.below(dice_.chance(300) ? 5'000 : 200);
        invocation.disturbed = true;
        count(Fault::host_late_timers);
      }
      ++invocation.outstanding;
      const auto id = static_cast<std::uint32_t>(effect["id"].number());
      parcels_.push_back({&invocation, {EventType::timer, id, {}}, nullptr});
      later(now_ms_ + ms + late_ms, Kind::delivery, parcels_.size() - 1);
    } else if (type == "log") {
      if (journal_.on()) journal_.say(now_ms_, "      log " + effect.raw());
      auditor_.on_text("log", effect.raw_view());
      if (effect["event"].view() == "request_failed") backs_off = true;
    } else if (type == "finish") {
      return finish(invocation, effect);
    }
  }
  if (dies) {
    count(Fault::host_killed);
    return die(invocation);
  }
  if (invocation.outstanding == 0)
    auditor_.found("engine_stuck", "an invocation waits for nothing and has not finished");
  if (invocation.events > kEventsMax)
    auditor_.found("engine_loops", "an invocation took more than 20,000 events");
}

void World::send(Invocation& invocation, const Json& effect) {
  const Flight flight = invocation.flight_of(effect);
  const bool to_sheets = flight.target == Target::sheets;
  auditor_.manners.on_sent(invocation, flight, now_ms_);
  Passage passage = to_sheets
                        ? network_.sheets(now_ms_, flight.timeout_ms, flight.path, flight.renewed)
                        : network_.database(now_ms_, flight.timeout_ms, flight.function());
  if (faults_ >= settings_.faults_max && passage.fault != Fault::count_) {
    passage = Passage();
    passage.after_ms = passage.answer_after_ms = 1;
  }
  if (passage.fault != Fault::count_) count(passage.fault);
  ++invocation.outstanding;
  if (journal_.on())
    journal_.say(now_ms_, "  " + std::to_string(invocation.number) + " sends #" +
                              std::to_string(flight.id) + " " +
                              (to_sheets ? flight.path : std::string(flight.function())) +
                              (passage.fault == Fault::count_
                                   ? ""
                                   : "  [" + std::string(kind_of(passage.fault).name) + "]"));
  arrivals_.push_back({&invocation, flight, passage, now_ms_, false});
  later(now_ms_ + passage.after_ms, Kind::arrival, arrivals_.size() - 1);
  if (passage.again_after_ms > 0) {
    arrivals_.push_back({&invocation, flight, passage, now_ms_, true});
    later(now_ms_ + passage.again_after_ms, Kind::arrival, arrivals_.size() - 1);
  }
  // The client's own timer, where no answer can come before it.
  const bool in_time =
      passage.answers && passage.after_ms + passage.answer_after_ms <= flight.timeout_ms;
  if (!in_time) {
    parcels_.push_back({&invocation,
                        {EventType::no_response, flight.id, testing::no_response("timeout")},
                        std::make_shared<const Flight>(flight),
                        0});
    later(now_ms_ + flight.timeout_ms, Kind::delivery, parcels_.size() - 1);
  }
}

void World::arrive(Arrival& arrival) {
  Outcome outcome;
  if (arrival.passage.arrives) {
    disturb();
    outcome = carry_out(arrival);
  }
  const Passage& passage = arrival.passage;
  if (!arrival.again) {
    if (passage.instead) outcome = *passage.instead;
    if (passage.truncated && is_success(outcome)) {
      outcome.body.resize(outcome.body.size() / 2);
      while (outcome.body.ends_with('}')) outcome.body.pop_back();
    }
    answer(arrival, std::move(outcome));
  }
  arrival.flight.body.reset();
}

Outcome World::carry_out(const Arrival& arrival) {
  if (arrival.flight.target == Target::database) return call_database(arrival);
  ++verdict_.sheet_reads;
  while (!reads_ms_.empty() && reads_ms_.front() + kMinuteMs <= now_ms_) reads_ms_.pop_front();
  if (reads_ms_.size() >= kQuota) return quota_exceeded();
  reads_ms_.push_back(now_ms_);
  return sheet_.answer(arrival.flight.path);
}

Outcome World::call_database(const Arrival& arrival) {
  ++verdict_.database_calls;
  const std::string& body = *arrival.flight.body;
  Call call{
      arrival.flight.function(),          Json::parse(body), Json(), arrival.invocation->number,
      arrival.invocation->launch.mapping, now_ms_,           body};
  Outcome outcome = model_.call(call.function, call.in, now_ms_);
  if (outcome.status == 200)
    call.out = Json::parse(outcome.body);
  else if (call.function == "sync_commit")
    count(Fault::db_slow_rows);
  if (journal_.on())
    journal_.say(now_ms_, "    " + std::to_string(arrival.invocation->number) + " is served " +
                              std::string(call.function) + " " +
                              std::to_string(call.in["p_rows"].size()) + " rows, fence " +
                              call.in["p_fence"].raw() + ": " + std::to_string(outcome.status) +
                              " " + outcome.body.substr(0, 300));
  sheet_.tick();
  auditor_.on_call(call);
  return outcome;
}

void World::answer(const Arrival& arrival, Outcome outcome) {
  const Passage& passage = arrival.passage;
  const bool in_time =
      passage.answers && passage.after_ms + passage.answer_after_ms <= arrival.flight.timeout_ms;
  if (!in_time || arrival.invocation->over) return;
  const EventType type = outcome.status == 0 ? EventType::no_response : EventType::response;
  auto flight = std::make_shared<Flight>(arrival.flight);
  parcels_.push_back(
      {arrival.invocation, {type, arrival.flight.id, std::move(outcome)}, flight, passage.hint_ms});
  later(now_ms_ + passage.answer_after_ms, Kind::delivery, parcels_.size() - 1);
}

void World::deliver(std::size_t index) {
  Parcel& parcel = parcels_[index];
  Invocation& invocation = *parcel.invocation;
  if (invocation.over) return;
  if (invocation.frozen_until_ms > now_ms_)
    return later(invocation.frozen_until_ms, Kind::delivery, index);
  if (host_fails(Fault::host_frozen)) {
    count(Fault::host_frozen);
    invocation.disturbed = true;
    invocation.frozen_until_ms =
        now_ms_ + dice_.between(1'000, dice_.chance(500) ? 20'000 : 400'000);
    if (journal_.on())
      journal_.say(now_ms_, std::to_string(invocation.number) + " is frozen until " +
                                std::to_string(invocation.frozen_until_ms / 1000));
    return later(invocation.frozen_until_ms, Kind::delivery, index);
  }
  --invocation.outstanding;
  ++verdict_.events;
  const Parcel taken = std::move(parcel);
  const bool is_answer = taken.delivery.type != EventType::timer;
  if (journal_.on() && is_answer)
    journal_.say(now_ms_, "  " + std::to_string(invocation.number) + " hears #" +
                              std::to_string(taken.delivery.id) + " " +
                              std::to_string(taken.delivery.outcome.status) + " " +
                              taken.delivery.outcome.why +
                              taken.delivery.outcome.body.substr(0, 100));
  if (is_answer)
    auditor_.manners.on_answered(invocation, *taken.flight, taken.delivery.outcome, taken.hint_ms,
                                 now_ms_);
  perform(invocation, invocation.tell(taken.delivery, now_ms_));
}

// Between any two requests.
void World::disturb() {
  if (calm_) return;
  while (edits_ < settings_.edits_max && dice_.chance(settings_.edit_rate)) {
    const Fault fault = editors_.edit();
    ++edits_;
    if (fault == Fault::count_) break;
    ++verdict_.faults[static_cast<std::size_t>(fault)];
    if (journal_.on()) journal_.say(now_ms_, "* " + std::string(kind_of(fault).name));
    if (dice_.chance(500)) break;
  }
  if (!dice_.chance(settings_.table_rate) || faults_ >= settings_.faults_max) return;
  const Fault fault = staff_.act(sheet_.tick(), now_ms_);
  if (fault != Fault::count_) count(fault);
}

}  // namespace listing_sync::sim
