// What lies between the host and the two services: it delays, loses, repeats and garbles, and the
// gateways in it answer for themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/dice.h"
#include "sim/settings.h"
#include "support/http.h"

namespace listing_sync::sim {

/// What becomes of one request.
struct Passage {
  Fault fault = Fault::count_;
  bool arrives = true;               ///< it is carried out …
  std::uint64_t after_ms = 0;        ///< … so long after it was sent
  std::uint64_t again_after_ms = 0;  ///< … and once more; 0: not
  bool answers = true;  ///< an answer comes back (unless the client gave up before) …
  std::uint64_t answer_after_ms = 0;        ///< … so long after it was carried out, or sent
  std::optional<testing::Outcome> instead;  ///< comes instead of the service's answer
  std::uint64_t hint_ms = 0;                ///< what its Retry-After asks for
  bool truncated = false;                   ///< half of the service's answer comes
};

/// An outage of a service.
struct Outage {
  std::uint64_t from_ms = 0, until_ms = 0;
  std::uint64_t way = 0;  ///< network | timeout | HTML of the gateway
  [[nodiscard]] bool covers(std::uint64_t now_ms) const {
    return now_ms >= from_ms && now_ms < until_ms;
  }
};

class Network {
 public:
  Network(const Settings& settings, std::uint64_t seed);

  /// `path`: what is asked for; `renewed`: with fresh credentials.
  Passage sheets(std::uint64_t now_ms, std::uint64_t timeout_ms, std::string_view path,
                 bool renewed);
  Passage database(std::uint64_t now_ms, std::uint64_t timeout_ms, std::string_view function);
  /// No faults any more.
  void calm() { calm_ = true; }

  Outage sheets_outage, database_outage;

 private:
  [[nodiscard]] Passage undisturbed();
  [[nodiscard]] std::optional<Fault> draw(FaultGroup group);
  [[nodiscard]] Passage lost(const Outage& outage);
  void spoil_sheets(Passage& passage, Fault fault, std::uint64_t now_ms, std::uint64_t timeout_ms);
  void spoil_database(Passage& passage, Fault fault, std::uint64_t timeout_ms,
                      std::string_view function);

  const Settings& settings_;
  Dice dice_;
  bool calm_ = false;
};

}  // namespace listing_sync::sim
