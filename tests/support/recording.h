// A recorded run: the events of an invocation, in the order and with the bytes they had.
//
//   event <bytes of the event> <bytes of the body>\n<event><body>\n     …for each event
//
// What an engine answers to it is written down the same way, so that two engines can be compared
// byte for byte:
//
//   effects <bytes>\n<effects>\n                 …after each event, and for each fetch with a body
//   body <id> <bytes>\n<body>\n
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/engine.h"

namespace listing_sync::testing {

struct RecordedEvent {
  std::string event, body;
};

/// Throws std::runtime_error where `bytes` are no recording.
[[nodiscard]] std::vector<RecordedEvent> read_recording(std::string_view bytes);

/// Writes events down.
[[nodiscard]] std::string write_recording(const std::vector<RecordedEvent>& events);

/// What `engine` has just answered, with the bodies of its fetches, written down.
[[nodiscard]] std::string effects_frame(const Engine& engine, std::string_view effects);

/// Feeds a fresh engine and writes down what it answers.
[[nodiscard]] std::string replay(const std::vector<RecordedEvent>& events);

}  // namespace listing_sync::testing
