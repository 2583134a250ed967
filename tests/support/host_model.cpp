// The loop of engine.h, without a network.
#include "support/host_model.h"

#include <algorithm>

namespace listing_sync::testing {
namespace {

std::string function_of(const Fetch& fetch) {
  const std::string name = fetch.path.substr(fetch.path.rfind('/') + 1);
  return name.substr(0, name.find('?'));
}

std::string step_of(const Fetch& fetch) {
  if (fetch.target == "alerts") return "deliver";
  if (fetch.target == "sheets") {
    std::string text = "read header";
    const std::vector<std::string> ranges = ranges_of(fetch.path);
    for (std::size_t i = 1; i < ranges.size(); ++i) {
      std::string rows;
      for (const char c : ranges[i]) rows += c >= '0' && c <= '9' ? c : c == ':' ? '-' : '\0';
      rows.erase(std::remove(rows.begin(), rows.end(), '\0'), rows.end());
      text += ", " + (rows == "-" ? "keys" : rows);
    }
    return text;
  }
  const std::string function = function_of(fetch);
  const Json body = Json::parse(fetch.body);
  if (function == "sync_commit") return "commit " + std::to_string(body["p_rows"].size()) + " rows";
  if (function == "sync_close_run") return "close " + body["p_status"].text();
  return function.substr(5);
}

std::string clock(std::uint64_t now_ms) { return ",\"now_ms\":" + std::to_string(now_ms); }

}  // namespace

std::vector<std::string> Invocation::steps() const {
  std::vector<std::string> steps;
  for (const Fetch& fetch : fetches) steps.push_back(fetch.step);
  return steps;
}

std::vector<std::string> Invocation::bodies(std::string_view step) const {
  std::vector<std::string> bodies;
  for (const Fetch& fetch : fetches)
    if (fetch.step.rfind(step, 0) == 0) bodies.push_back(fetch.body);
  return bodies;
}

std::size_t Invocation::logged(std::string_view event) const {
  return static_cast<std::size_t>(std::count_if(
      logs.begin(), logs.end(), [&](const Json& log) { return log["event"].text() == event; }));
}

std::string started_event(const Started& started, std::uint64_t now_ms) {
  std::vector<std::pair<std::string_view, std::string>> members = {
      {"type", "\"started\""},
      {"now_ms", std::to_string(now_ms)},
      {"job", quoted(started.job)},
      {"trigger", quoted(started.trigger)},
      {"spreadsheet_id", quoted(started.spreadsheet_id)},
      {"instance", quoted(started.instance)},
      {"seed", quoted(started.seed)},
      {"options", started.options},
      {"budgets", started.budgets}};
  members.insert(members.end(), started.more.begin(), started.more.end());
  return object(members);
}

std::string response_event(std::uint32_t id, const Outcome& outcome, std::uint64_t now_ms) {
  const std::string tail = ",\"id\":" + std::to_string(id) + clock(now_ms);
  if (outcome.status == 0)
    return R"({"type":"no_response","message":"","why":)" + quoted(outcome.why) + tail + "}";
  return R"({"type":"response","status":)" + std::to_string(outcome.status) +
         ",\"headers\":" + outcome.headers + tail + "}";
}

Outcome HostModel::perform(const Fetch& fetch) {
  const Outcome outcome = answer_of(fetch);
  if (after) after(fetch);
  return outcome;
}

Outcome HostModel::answer_of(const Fetch& fetch) {
  if (fetch.target == "sheets") return sheet.answer(fetch.path);
  if (fetch.target == "alerts") return webhook ? webhook(fetch) : Outcome{200, "ok", "", "{}"};
  const std::string function = function_of(fetch);
  if (AlertsModel::answers(function))
    return alerts.call(function, Json::parse(fetch.body), now_ms + database.clock_ahead_ms);
  return database.call(function, Json::parse(fetch.body), now_ms);
}

void HostModel::deliver_later(std::uint64_t delay_ms, Due due) {
  due_.emplace(now_ms + delay_ms, std::move(due));
}

void HostModel::start_fetch(const Engine& engine, const Json& effect, Invocation& invocation) {
  Fetch fetch;
  fetch.id = static_cast<std::uint32_t>(effect["id"].number());
  fetch.target = effect["target"].text();
  fetch.method = effect["method"].text();
  fetch.path = effect["path"].text();
  fetch.body = engine.body(fetch.id);
  fetch.timeout_ms = effect["timeout_ms"].number();
  fetch.max_bytes = effect["max_bytes"].number();
  fetch.at_ms = now_ms;
  fetch.renew_credentials = effect["renew_credentials"].flag();
  fetch.step = step_of(fetch);
  outstanding_[fetch.id] = fetch.body;
  const std::optional<Interference> broken = fault ? fault(fetch) : std::nullopt;
  Outcome outcome;
  if (!broken || broken->carried_out) outcome = perform(fetch);
  if (broken) outcome = broken->outcome;
  std::uint64_t delay_ms = shuffled ? random.up_to(60) : latency_ms;
  if (outcome.why == "timeout") delay_ms = fetch.timeout_ms;
  const EventType type = outcome.status == 0 ? EventType::no_response : EventType::response;
  std::string event = response_event(fetch.id, outcome, now_ms + delay_ms);
  deliver_later(delay_ms, {fetch.id, type, std::move(event), std::move(outcome.body)});
  invocation.fetches.push_back(std::move(fetch));
}

void HostModel::start_wait(const Json& effect, Invocation& invocation) {
  const auto id = static_cast<std::uint32_t>(effect["id"].number());
  const std::uint64_t ms = effect["ms"].number();
  // A frozen host is late, sometimes very.
  const std::uint64_t late_ms = shuffled ? random.up_to(random.up_to(3) == 0 ? 2'000 : 40) : 0;
  invocation.waits_ms.push_back(ms);
  const std::string event =
      R"({"type":"timer","id":)" + std::to_string(id) + clock(now_ms + ms + late_ms) + "}";
  deliver_later(ms + late_ms, {id, EventType::timer, event, ""});
}

void HostModel::perform_effect(const Engine& engine, const Json& effect, Invocation& invocation) {
  const std::string& kind = effect["type"].text();
  if (kind == "fetch") return start_fetch(engine, effect, invocation);
  if (kind == "wait") return start_wait(effect, invocation);
  if (kind == "log") return invocation.logs.push_back(effect);
  ++invocation.finishes;
  invocation.outcome = effect["outcome"].text();
  invocation.document = effect["document"];
}

void HostModel::step(Engine& engine, Invocation& invocation, EventType type,
                     const std::string& event, std::string_view body) {
  const State before = engine.state();
  const Json effects = Json::parse(engine.handle(event, Bytes::copy(body)));
  invocation.transitions.emplace(before, type, engine.state());
  if (engine.state() != State::finished)
    for (const auto& [id, sent] : outstanding_)
      if (engine.body(id) != sent) ++invocation.changed_bodies;
  for (const Json& effect : effects.items()) perform_effect(engine, effect, invocation);
}

Invocation HostModel::run(const Started& started, std::size_t events_max) {
  due_.clear();
  outstanding_.clear();
  Engine engine;
  Invocation invocation;
  step(engine, invocation, EventType::started, started_event(started, now_ms), started.mapping);
  for (std::size_t i = 0; i < events_max && invocation.outcome.empty() && !due_.empty(); ++i) {
    const auto first = due_.begin();
    now_ms = std::max(now_ms, first->first);
    const Due due = std::move(first->second);
    due_.erase(first);
    outstanding_.erase(due.id);
    step(engine, invocation, due.type, due.event, due.body);
  }
  invocation.ended_ms = now_ms;
  return invocation;
}

}  // namespace listing_sync::testing
