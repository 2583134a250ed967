// Effects as JSON text; bodies stay where they are until the host takes them.
#include "engine/outbox.h"

#include <utility>

#include "json/json_fields.h"

namespace listing_sync {

std::uint32_t Outbox::fetch(const Request& request, std::uint64_t timeout_ms,
                            bool renew_credentials) {
  const std::uint32_t id = ++last_id_;
  nlohmann::json headers = nlohmann::json::object();
  if (!request.body.empty()) headers["content-type"] = "application/json";
  append(dump({{"type", "fetch"},
               {"id", id},
               {"target", target_name(request.target)},
               {"method", request.body.empty() ? "GET" : "POST"},
               {"path", request.path},
               {"headers", std::move(headers)},
               {"has_body", !request.body.empty()},
               {"timeout_ms", timeout_ms},
               {"max_bytes", answer_bytes_max_},
               {"renew_credentials", renew_credentials}}));
  if (!request.body.empty()) bodies_[id] = &request.body;
  ++requests_[static_cast<std::size_t>(request.target)];
  return id;
}

std::uint32_t Outbox::wait(std::uint64_t ms) {
  const std::uint32_t id = ++last_id_;
  append(dump({{"type", "wait"}, {"id", id}, {"ms", ms}}));
  return id;
}

void Outbox::log(std::string_view level, std::string_view event, nlohmann::json fields) {
  append(
      dump({{"type", "log"}, {"level", level}, {"event", event}, {"fields", std::move(fields)}}));
}

void Outbox::finish(std::string_view outcome, const nlohmann::json& document) {
  finished_ = true;
  append(dump({{"type", "finish"}, {"outcome", outcome}, {"document", document}}));
}

void Outbox::append(std::string_view effect) {
  effects_ += effects_.empty() ? '[' : ',';
  effects_ += effect;
}

std::string Outbox::take() {
  if (effects_.empty()) return "[]";
  effects_ += ']';
  return std::exchange(effects_, {});
}

void Outbox::disown_body(std::uint32_t id) { bodies_.erase(id); }

std::string_view Outbox::body(std::uint32_t id) const {
  const auto found = bodies_.find(id);
  return found == bodies_.end() ? std::string_view() : *found->second;
}

std::uint64_t Outbox::requests(Target target) const {
  return requests_[static_cast<std::size_t>(target)];
}

}  // namespace listing_sync
