// Events arrive as JSON from our own host: a wrong one is a bug of the host, answered by a named
// fault.
#include "engine/event.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "json/json_fields.h"

namespace listing_sync {
namespace {

// A number that does not fit is none of ours; cut off, it could be another's.
template <class T>
T bounded(std::uint64_t number) {
  return static_cast<T>(std::min<std::uint64_t>(number, std::numeric_limits<T>::max()));
}

}  // namespace

Result<Event> parse_event(std::string_view json, Bytes body) {
  nlohmann::json document = parse_document(json);
  if (!document.is_object()) return Fault{"bad_event", "", "an event must be a JSON object"};
  const std::string type = text_field(document, "type");
  Event event;
  event.now_ms = number_field(document, "now_ms");
  event.id = bounded<std::uint32_t>(number_field(document, "id"));
  event.body = std::move(body);
  if (type == "started") {
    event.type = EventType::started;
    event.started = std::move(document);
  } else if (type == "response") {
    event.type = EventType::response;
    event.status = bounded<std::uint16_t>(number_field(document, "status"));
    event.retry_after = text_field(member(document, "headers"), "retry-after");
    event.date = text_field(member(document, "headers"), "date");
  } else if (type == "no_response") {
    event.type = EventType::no_response;
    event.why = text_field(document, "why");
    event.message = text_field(document, "message");
  } else if (type == "timer") {
    event.type = EventType::timer;
  } else {
    return Fault{"bad_event", "type", "unknown event type '" + type + "'"};
  }
  return event;
}

}  // namespace listing_sync
