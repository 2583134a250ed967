// The dispatcher: what was started decides who takes the events.
#include "listing_sync/engine.h"

#include <optional>
#include <utility>
#include <variant>

#include "engine/question.h"
#include "engine/sync.h"
#include "json/json_fields.h"

namespace listing_sync {

struct Engine::Impl {
  Outbox outbox;
  std::variant<std::monostate, Sync, Question> job;
  std::string effects;

  void handle(std::string_view json, Bytes body);
  void on_started(Event& event);
  void reject(const Faults& faults);
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

std::string_view Engine::handle(std::string_view event_json, Bytes body) {
  impl_->handle(event_json, std::move(body));
  impl_->effects = impl_->outbox.take();
  return impl_->effects;
}

State Engine::state() const {
  if (impl_->outbox.finished()) return State::finished;
  if (const auto* sync = std::get_if<Sync>(&impl_->job)) return sync->state();
  if (const auto* question = std::get_if<Question>(&impl_->job)) return question->state();
  return State::idle;
}

std::string_view Engine::body(std::uint32_t id) const { return impl_->outbox.body(id); }

void Engine::Impl::handle(std::string_view json, Bytes body) {
  if (outbox.finished()) return;
  Result<Event> parsed = parse_event(json, std::move(body));
  if (!parsed.ok()) return reject(parsed.faults());
  Event event = std::move(parsed).value();
  if (event.type == EventType::started) return on_started(event);
  if (auto* sync = std::get_if<Sync>(&job)) return sync->on_event(event);
  if (auto* question = std::get_if<Question>(&job)) return question->on_event(event);
  reject({{"bad_event", "type", "the first event must be 'started'"}});
}

void Engine::Impl::on_started(Event& event) {
  if (!std::holds_alternative<std::monostate>(job))
    return reject({{"bad_event", "type", "an engine is started once"}});
  Result<Mapping> mapping = parse_mapping(event.body.view());
  if (!mapping.ok()) return reject(mapping.faults());
  Result<Options> options = read_options(event.started, event.now_ms, mapping.value());
  if (!options.ok()) return reject(options.faults());
  const std::string name = options.value().job;
  if (name == "sync") {
    job.emplace<Sync>(std::move(mapping).value(), std::move(options).value(), outbox);
    return std::get<Sync>(job).start(event.now_ms);
  }
  if (!Question::is_job(name)) return reject({{"bad_event", "job", "unknown job '" + name + "'"}});
  job.emplace<Question>(std::move(mapping).value(), std::move(options).value(), outbox);
  std::get<Question>(job).start(event.now_ms);
}

// What cannot be begun, or an event that breaks the protocol, ends the engine with every fault
// named.
void Engine::Impl::reject(const Faults& faults) {
  nlohmann::json list = nlohmann::json::array();
  for (const Fault& fault : faults)
    list.push_back({{"code", fault.code}, {"where", fault.where}, {"message", fault.message}});
  outbox.log("error", "rejected", {{"faults", list}});
  outbox.finish("rejected", {{"status", "rejected"}, {"faults", std::move(list)}, {"more", false}});
}

}  // namespace listing_sync
