// Events as the host encodes them (engine.h, "EVENTS").
#include "sim/host.h"

#include <utility>

#include "listing_sync/text.h"

namespace listing_sync::sim {
namespace {

using testing::Json;
using testing::quoted;

std::string number_member(std::string_view name, std::uint64_t value) {
  return "\"" + std::string(name) + "\":" + std::to_string(value);
}

std::string instance_of(std::uint64_t number) {
  return "00000000-0000-4000-9000-" + std::to_string(100'000'000'000 + number);
}

}  // namespace

std::string_view Flight::function() const {
  if (target == Target::sheets) return "read";
  const auto slash = path.rfind('/') + 1;
  return std::string_view(path).substr(slash, path.find('?') - slash);
}

Invocation::Invocation(std::uint64_t number_of, Launch launched, std::uint64_t now_ms,
                       std::uint64_t clock_ms)
    : number(number_of), launch(std::move(launched)), started_ms(now_ms), clock_ms_(clock_ms) {}

Json Invocation::start(const std::string& mapping, const std::string& options, std::uint64_t seed) {
  std::string event = R"({"type":"started",)" + number_member("now_ms", clock_ms_) +
                      ",\"job\":" + quoted(launch.job) + ",\"trigger\":" + quoted(launch.trigger) +
                      R"(,"spreadsheet_id":"sheet","instance":)" + quoted(instance_of(number)) +
                      ",\"seed\":" + quoted(hex64(seed)) + ",\"options\":" + options +
                      ",\"budgets\":{" + number_member("wall_ms", launch.wall_ms) + "," +
                      number_member("requests", launch.requests) + "," +
                      number_member("rows", launch.rows) + "}";
  if (!launch.request.empty()) event += ",\"request\":" + launch.request;
  return handle(event + "}", mapping);
}

Json Invocation::tell(const Delivery& delivery, std::uint64_t now_ms) {
  const std::string tail = "," + number_member("id", delivery.id) + "," +
                           number_member("now_ms", clock_ms_ + now_ms - started_ms) + "}";
  const testing::Outcome& outcome = delivery.outcome;
  if (delivery.type == EventType::timer) return handle(R"({"type":"timer")" + tail, "");
  if (outcome.status == 0)
    return handle(R"({"type":"no_response","message":"","why":)" + quoted(outcome.why) + tail, "");
  return handle(R"({"type":"response",)" + number_member("status", outcome.status) +
                    ",\"headers\":" + outcome.headers + tail,
                outcome.body);
}

Json Invocation::handle(const std::string& event, std::string_view body) {
  ++events;
  const std::string_view effects = engine_.handle(event, Bytes::copy(body));
  if (records_) keep(event, body, effects);
  return Json::parse(effects);
}

void Invocation::keep(const std::string& event, std::string_view body, std::string_view effects) {
  recorded_.push_back({event, std::string(body)});
  effects_recorded_ += testing::effects_frame(engine_, effects);
}

Flight Invocation::flight_of(const Json& fetch_effect) const {
  Flight flight;
  flight.id = static_cast<std::uint32_t>(fetch_effect["id"].number());
  flight.target = fetch_effect["target"].text() == "sheets" ? Target::sheets : Target::database;
  flight.path = fetch_effect["path"].text();
  flight.timeout_ms = fetch_effect["timeout_ms"].number();
  flight.renewed = fetch_effect["renew_credentials"].flag();
  flight.body = std::make_shared<const std::string>(engine_.body(flight.id));
  return flight;
}

}  // namespace listing_sync::sim
