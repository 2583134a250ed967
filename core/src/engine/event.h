// What the host tells the engine, taken apart once.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "listing_sync/bytes.h"
#include "listing_sync/edges.h"
#include "listing_sync/result.h"

namespace listing_sync {

struct Event {
  EventType type = EventType::started;
  std::uint64_t now_ms = 0;
  std::uint32_t id = 0;
  std::uint16_t status = 0;
  std::string retry_after, date;  ///< response headers
  std::string why, message;       ///< no_response
  nlohmann::json started;         ///< the whole document, for started
  Bytes body;
};

[[nodiscard]] Result<Event> parse_event(std::string_view json, Bytes body);

}  // namespace listing_sync
