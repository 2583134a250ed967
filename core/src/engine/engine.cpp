// The dispatcher: what was started decides who takes the events.
#include "listing_sync/engine.h"

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "engine/question.h"
#include "engine/sheet_question.h"
#include "engine/sync.h"
#include "engine/watch.h"
#include "json/json_fields.h"

namespace listing_sync {

struct Engine::Impl {
  Outbox outbox;
  std::variant<std::monostate, Sync, Question, SheetQuestion, Watch> job;
  std::string effects;

  void handle(std::string_view json, Bytes body);
  void on_started(Event& event);
  template <typename Job>
  void begin(Mapping mapping, Options options, std::uint64_t now_ms);
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
  return std::visit(
      [](const auto& job) {
        if constexpr (std::is_same_v<std::decay_t<decltype(job)>, std::monostate>)
          return State::idle;
        else
          return job.state();
      },
      impl_->job);
}

std::string_view Engine::body(std::uint32_t id) const { return impl_->outbox.body(id); }

void Engine::Impl::handle(std::string_view json, Bytes body) {
  if (outbox.finished()) return;
  Result<Event> parsed = parse_event(json, std::move(body));
  if (!parsed.ok()) return reject(parsed.faults());
  Event event = std::move(parsed).value();
  if (event.type == EventType::started) return on_started(event);
  std::visit(
      [&](auto& started) {
        if constexpr (std::is_same_v<std::decay_t<decltype(started)>, std::monostate>)
          reject({{"bad_event", "type", "the first event must be 'started'"}});
        else
          started.on_event(event);
      },
      job);
}

void Engine::Impl::on_started(Event& event) {
  if (!std::holds_alternative<std::monostate>(job))
    return reject({{"bad_event", "type", "an engine is started once"}});
  Result<Mapping> mapping = parse_mapping(event.body.view());
  if (!mapping.ok()) return reject(mapping.faults());
  Result<Options> options = read_options(event.started, event.now_ms, mapping.value());
  if (!options.ok()) return reject(options.faults());
  const std::string name = options.value().job;
  Mapping found = std::move(mapping).value();
  Options read = std::move(options).value();
  if (name == "sync") return begin<Sync>(std::move(found), std::move(read), event.now_ms);
  if (name == "sheet") return begin<SheetQuestion>(std::move(found), std::move(read), event.now_ms);
  if (Watch::is_job(name)) return begin<Watch>(std::move(found), std::move(read), event.now_ms);
  if (Question::is_job(name))
    return begin<Question>(std::move(found), std::move(read), event.now_ms);
  reject({{"bad_event", "job", "unknown job '" + name + "'"}});
}

template <typename Job>
void Engine::Impl::begin(Mapping mapping, Options options, std::uint64_t now_ms) {
  job.emplace<Job>(std::move(mapping), std::move(options), outbox).start(now_ms);
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
