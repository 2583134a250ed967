// The watch over one source: the facts are read, the rules applied, changes recorded, and what is
// ours to deliver is sent to the webhook. Where nothing has changed it is one request. It never
// touches a run: a webhook that is dead costs alerts, and nothing else.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/circuit.h"
#include "engine/lane.h"
#include "engine/options.h"
#include "engine/outbox.h"
#include "listing_sync/edges.h"

namespace listing_sync {

class Watch {
 public:
  Watch(Mapping mapping, Options options, Outbox& outbox);
  void start(std::uint64_t now_ms);
  void on_event(Event& event);
  [[nodiscard]] State state() const { return state_; }
  /// watch, and alert_test: one delivery, for the person who waits.
  [[nodiscard]] static bool is_job(const std::string& job);

 private:
  enum class Step : std::uint8_t { looking, recording, delivering, settling, testing };

  void call(Step step, std::string_view function, const nlohmann::json& arguments);
  void on_database_reply(Reply reply);
  void on_facts(const nlohmann::json& facts);
  void on_recorded(const nlohmann::json& answer);
  void deliver_next();
  void on_delivered(const Reply& reply);
  void note(const nlohmann::json& delivery, const Reply& reply);
  void give_up_the_rest(const Reply& reply);
  void settle();
  void start_test();
  void on_tested(const Reply& reply);
  void finish(std::string_view outcome, const Verdict* cause);

  [[nodiscard]] std::uint64_t requests_left() const;
  [[nodiscard]] std::uint64_t delivery_ms_left() const;
  [[nodiscard]] Allowance database_allowance() const;
  [[nodiscard]] Allowance delivery_allowance() const;

  Mapping mapping_;
  Options options_;
  Outbox& outbox_;
  Random random_;
  Circuit database_circuit_, alerts_circuit_;
  Lane database_, alerts_;
  State state_ = State::idle;
  Step step_ = Step::looking;
  std::uint64_t started_ms_ = 0, now_ms_ = 0;
  std::vector<nlohmann::json> deliveries_;  ///< ours, as they were handed out
  std::size_t next_ = 0;                    ///< of deliveries_
  nlohmann::json results_ = nlohmann::json::array();
  nlohmann::json counts_;
};

}  // namespace listing_sync
