// The schedule, the callers, the deployments, and what befalls the machines.
#include <algorithm>
#include <array>
#include <utility>

#include "sim/world.h"
#include "support/json.h"

namespace listing_sync::sim {
namespace {

using testing::Json;

constexpr std::uint64_t kLinksMax = 60;  // of one function call: far more than any work needs
constexpr std::uint64_t kMinuteMs = 60'000;
constexpr std::uint64_t kTicksMax = 7;     // of a world with outages
constexpr std::uint64_t kRequestsMin = 5;  // fewer cannot bring anything about
constexpr std::uint64_t kNewChain = UINT64_MAX;

}  // namespace

void World::count(Fault fault) {
  ++verdict_.faults[static_cast<std::size_t>(fault)];
  ++faults_;
}

// Whether the host fails at this event. The dice are thrown in any case, so that a world without
// this fault is otherwise the same.
bool World::host_fails(Fault fault) {
  const bool drawn = dice_.chance(settings_.host_rate);
  return drawn && !calm_ && settings_.faults.has(fault) && faults_ < settings_.faults_max;
}

void World::tick() {
  ++ticks_;
  if (journal_.on()) journal_.say(now_ms_, "tick " + std::to_string(ticks_));
  if (!calm_ && ticks_ > disturbed_ticks_) calm_down();
  if (calm_) {
    if (++calm_ticks_ > ticks_allowed())
      return auditor_.found("not_recovered", "no full run completed within " +
                                                 std::to_string(ticks_allowed()) +
                                                 " ticks after all faults had ended");
  } else {
    host_events();
  }
  launch({"sync", "scheduled", "", mapping_, settings_.wall_s * 1000, settings_.requests,
          settings_.rows_budget, kNewChain});
  later(now_ms_ + settings_.tick_s * 1000, Kind::tick, 0);
}

// Small budgets take many calls; waits of ten minutes take several ticks.
std::uint64_t World::ticks_allowed() const {
  const std::uint64_t waits = 20 * kMinuteMs / (settings_.tick_s * 1000) + 6;
  const std::uint64_t rows = sheet_.rows().size() + 1;
  std::uint64_t calls = 2;
  if (settings_.rows_budget > 0) calls += 2 * rows / settings_.rows_budget;
  if (settings_.requests > 0)
    calls += 2 * (rows / settings_.batch_size + 8) / (settings_.requests / 4);
  if (settings_.wall_s > 0)
    calls += 2 * (rows / settings_.batch_size + 8) * 8 * settings_.latency_ms /
             (settings_.wall_s * 1000);
  return waits + 2 * calls;
}

void World::launch_later(std::uint64_t in_ms, Launch launched) {
  launches_.push_back(std::move(launched));
  later(now_ms_ + in_ms, Kind::launch, launches_.size() - 1);
}

void World::launch(Launch launched) {
  if (launched.chain == kNewChain) {
    launched.chain = chains_.size();
    chains_.push_back({now_ms_, 0, 0});
  }
  ++chains_[static_cast<std::size_t>(launched.chain)].links;
  const std::uint64_t clock_ms = dice_.chance(500) ? 0 : dice_.below(std::uint64_t{1} << 40);
  invocations_.push_back(
      std::make_unique<Invocation>(++last_invocation_, std::move(launched), now_ms_, clock_ms));
  Invocation& invocation = *invocations_.back();
  ++verdict_.invocations;
  if (recorder_) invocation.record();
  if (journal_.on())
    journal_.say(now_ms_, "invocation " + std::to_string(invocation.number) +
                              " begins: " + invocation.launch.job + " " +
                              invocation.launch.trigger + " " + invocation.launch.request);
  const std::uint64_t seed = dice_.next();
  perform(invocation,
          invocation.start(columns_.mapping[invocation.launch.mapping], options_, seed));
}

void World::die(Invocation& invocation) {
  invocation.over = true;
  ++verdict_.killed;
  if (journal_.on()) journal_.say(now_ms_, std::to_string(invocation.number) + " is killed");
  if (recorder_) recorder_(invocation);
}

void World::finish(Invocation& invocation, const Json& effect) {
  invocation.over = true;
  if (journal_.on())
    journal_.say(now_ms_, std::to_string(invocation.number) + " ends: " + effect.raw());
  auditor_.on_text("finish", effect.raw_view());
  auditor_.manners.on_finish(invocation, effect, now_ms_);
  if (recorder_) recorder_(invocation);
  const Json document = effect["document"];
  if (auditor_.recovered()) {
    over_ = true;
    verdict_.ticks_to_recover = calm_ticks_;
  } else if (invocation.launch.job == "request") {
    if (document["http_status"].number() == 202)
      launch_later(0, {"sync", "manual", "", mapping_, settings_.wall_s * 1000, settings_.requests,
                       settings_.rows_budget, kNewChain});
  } else {
    go_on(invocation, document);
  }
}

// functions/app/jobs.js, createAdvance.
void World::go_on(const Invocation& invocation, const Json& document) {
  if (!document["more"].flag() || settings_.rows_budget > 0) return;
  Chain& chain = chains_[static_cast<std::size_t>(invocation.launch.chain)];
  const Json requests = document["requests"];
  chain.requests_used += requests["sheets"].number() + requests["database"].number();
  if (chain.links > kLinksMax)
    return auditor_.found("endless_chain", "60 invocations in one function call said 'more'");
  Launch next = invocation.launch;
  next.trigger = "manual";
  const std::uint64_t used_ms = now_ms_ - chain.begun_ms;
  if (settings_.wall_s > 0) {
    if (used_ms >= settings_.wall_s * 1000) return;
    next.wall_ms = settings_.wall_s * 1000 - used_ms;
  }
  if (settings_.requests > 0) {
    if (chain.requests_used + kRequestsMin > settings_.requests) return;
    next.requests = settings_.requests - chain.requests_used;
  }
  launch_later(0, std::move(next));
}

void World::host_events() {
  constexpr std::array kEvents = {
      Fault::tick_twice,         Fault::manual_full,        Fault::manual_selective,
      Fault::manual_dry,         Fault::manual_force,       Fault::deploy_mapping,
      Fault::deploy_newer_state, Fault::deploy_older_state, Fault::sheets_outage,
      Fault::db_outage,          Fault::db_clock_jump};
  for (const Fault fault : kEvents) {
    const bool whole_run = fault == Fault::manual_full || fault == Fault::manual_dry;
    const bool drawn = dice_.chance(whole_run ? settings_.tick_rate / 2 : settings_.tick_rate);
    if (!drawn || !settings_.faults.has(fault) || faults_ >= settings_.faults_max) continue;
    count(fault);
    if (journal_.on()) journal_.say(now_ms_, "! " + std::string(kind_of(fault).name));
    if (fault == Fault::tick_twice)
      launch_later(dice_.below(100), {"sync", "scheduled", "", mapping_, settings_.wall_s * 1000,
                                      settings_.requests, settings_.rows_budget, kNewChain});
    else if (fault == Fault::sheets_outage || fault == Fault::db_outage)
      begin_outage(fault);
    else if (fault == Fault::db_clock_jump)
      model_.clock_ahead_ms += dice_.below(600'000) - 300'000;
    else if (fault == Fault::deploy_mapping || fault == Fault::deploy_newer_state ||
             fault == Fault::deploy_older_state)
      deploy(fault);
    else
      request_manually(fault);
  }
}

void World::request_manually(Fault fault) {
  std::string request = "{\"force\":";
  request += fault == Fault::manual_force ? "true" : "false";
  request += ",\"dry_run\":";
  request += fault == Fault::manual_dry ? "true" : "false";
  request += ",\"batch_size\":null,\"keys\":";
  if (fault == Fault::manual_selective) {
    std::vector<std::string> keys;
    for (std::uint64_t i = dice_.between(1, 12); i > 0; --i)
      keys.push_back(testing::quoted(editors_.some_key()));
    request += testing::array(keys);
  } else {
    request += "null";
  }
  // Most come while the run of this tick is under way.
  const std::uint64_t in_ms = dice_.chance(700) ? dice_.below(40 * settings_.latency_ms + 1)
                                                : dice_.below(settings_.tick_s * 1000);
  launch_later(in_ms, {"request", "manual", request + "}", mapping_, 0, 0, 0, kNewChain});
}

// A deploy is seen by the invocations that begin after it.
void World::deploy(Fault fault) {
  if (fault == Fault::deploy_mapping) {
    mapping_ = 1 - mapping_;
  } else if (true_state_version_) {
    model_.state_version = *std::exchange(true_state_version_, std::nullopt);
  } else if (model_.state_version > 0) {
    true_state_version_ = model_.state_version;
    model_.state_version += fault == Fault::deploy_newer_state ? 1 : 0;
    model_.state_version -= fault == Fault::deploy_older_state ? 1 : 0;
    if (fault == Fault::deploy_older_state) auditor_.on_state_dropped();
  }
}

void World::begin_outage(Fault fault) {
  Outage& outage = fault == Fault::db_outage ? network_.database_outage : network_.sheets_outage;
  const std::uint64_t from_ms = now_ms_ + dice_.below(30 * settings_.latency_ms);
  const std::uint64_t longest = dice_.chance(300) ? 60 : 12;
  outage = {from_ms, from_ms + dice_.between(1, longest) * kMinuteMs, dice_.below(3)};
  const std::uint64_t ticks = (outage.until_ms - now_ms_) / (settings_.tick_s * 1000);
  disturbed_ticks_ = std::max(disturbed_ticks_, std::min(ticks_ + ticks, kTicksMax));
}

void World::calm_down() {
  calm_ = true;
  network_.calm();
  network_.sheets_outage = network_.database_outage = Outage();
  editors_.put_right();
  staff_.put_right();
  if (true_state_version_) model_.state_version = *true_state_version_;
  for (const auto& invocation : invocations_)
    invocation->frozen_until_ms = std::min(invocation->frozen_until_ms, now_ms_ + 5 * kMinuteMs);
  if (journal_.on()) journal_.say(now_ms_, "all faults and edits end");
  auditor_.on_calm(now_ms_);
}

}  // namespace listing_sync::sim
