// One question of the API: one database request, one ready HTTP answer.
#pragma once

#include <cstdint>

#include "engine/circuit.h"
#include "engine/lane.h"
#include "engine/options.h"
#include "engine/outbox.h"
#include "listing_sync/edges.h"

namespace listing_sync {

class Question {
 public:
  Question(Mapping mapping, Options options, Outbox& outbox);
  void start(std::uint64_t now_ms);
  void on_event(Event& event);
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] static bool is_job(const std::string& job);

 private:
  [[nodiscard]] Request request() const;
  [[nodiscard]] Request run_request() const;
  [[nodiscard]] Request review_request() const;
  [[nodiscard]] nlohmann::json document_of(const nlohmann::json& facts) const;
  void on_answer(const nlohmann::json& answer);
  void on_requested(const nlohmann::json& answer);
  void on_unknown_source();
  void on_failure(const Reply& reply);
  void answer(std::uint16_t status, const nlohmann::json& body);
  void problem(std::uint16_t status, std::string_view code, std::string_view title,
               std::string_view detail, nlohmann::json headers = nlohmann::json::object());

  Mapping mapping_;
  Options options_;
  Outbox& outbox_;
  Random random_;
  Circuit circuit_;
  Lane database_;
  State state_ = State::idle;
};

}  // namespace listing_sync
