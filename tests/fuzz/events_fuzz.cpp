// libFuzzer target: a start, whole or damaged, then any events with any bodies. The input is cut
// into records: a byte that says what happens, a byte for its size, the bytes. The engine may
// reject, fail or finish; it must not crash, not answer anything but JSON, not finish twice, not
// ask for an address outside its targets. An input that begins like a recorded run is one: it is
// played twice, to the same effects.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/promises.h"
#include "listing_sync/engine.h"
#include "support/recording.h"

namespace {

using listing_sync::Bytes;
using listing_sync::Engine;
using listing_sync::fuzz::promise;
using listing_sync::testing::HostModel;
using listing_sync::testing::Json;
using listing_sync::testing::Outcome;

class Script {
 public:
  Script(const std::uint8_t* bytes, std::size_t size)
      : rest_(reinterpret_cast<const char*>(bytes), size) {}
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::string_view bytes() {
    const std::size_t size = std::min<std::size_t>(byte(), rest_.size());
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

 private:
  std::string_view rest_;
};

class Play {
 public:
  explicit Play(Script script) : script_(script) {}

  void run() {
    const auto started =
        listing_sync::testing::sync_started("", "\"batch_size\":3", R"({"requests":60})");
    std::string event = listing_sync::testing::started_event(started, 0);
    std::string mapping = started.mapping;
    const std::uint8_t how = script_.byte();
    if ((how & 1) != 0) damage(event);
    if ((how & 2) != 0) damage(mapping);
    take(engine_.handle(event, Bytes::copy(mapping)));
    while (!script_.empty()) step();
  }

 private:
  struct Open {
    std::uint32_t id;
    bool wait;
    listing_sync::testing::Fetch fetch;
  };

  void step() {
    const std::uint8_t what = script_.byte();
    if (what >= 0xF0 || open_.empty()) {
      const std::string event(script_.bytes());
      take(engine_.handle(event, Bytes::copy(script_.bytes())));
      return;
    }
    const std::size_t which = what % open_.size();
    const Open next = open_[which];
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(which));
    if (next.wait) {
      take(engine_.handle(R"({"type":"timer","now_ms":1,"id":)" + std::to_string(next.id) + "}",
                          {}));
      return;
    }
    const Outcome outcome = outcome_of(next, what >> 5);
    take(engine_.handle(listing_sync::testing::response_event(next.id, outcome, 1),
                        Bytes::copy(outcome.body)));
  }

  // Mostly the right answer, so that the play gets far; else one that is damaged or made up.
  Outcome outcome_of(const Open& open, int how) {
    if (how == 0) return listing_sync::testing::no_response("network");
    if (how == 1)
      return {static_cast<std::uint16_t>(script_.byte() * 4), std::string(script_.bytes()), "",
              "{}"};
    Outcome right = listing_sync::fuzz::answered(world_, open.fetch);
    if (how == 2) damage(right.body);
    return right;
  }

  void damage(std::string& text) {
    if (text.empty()) return;
    const std::size_t at = script_.byte() * text.size() / 256;
    const std::string_view put = script_.bytes();
    text.replace(at, put.size(), put);
  }

  void take(std::string_view effects) {
    const Json parsed = Json::parse(effects);
    for (const Json& effect : parsed.items()) {
      promise(!finished_, "nothing comes after the finish", effects);
      const std::string& type = effect["type"].text();
      if (type == "finish") finished_ = true;
      if (type != "fetch" && type != "wait") continue;
      Open open{static_cast<std::uint32_t>(effect["id"].number()), type == "wait", {}};
      open.fetch.target = effect["target"].text();
      open.fetch.path = effect["path"].text();
      open.fetch.body = engine_.body(open.id);
      if (!open.wait) listing_sync::fuzz::promise_well_addressed(open.fetch);
      open_.push_back(std::move(open));
    }
  }

  Script script_;
  Engine engine_;
  HostModel world_ = listing_sync::testing::world_of(10);
  std::vector<Open> open_;
  bool finished_ = false;
};

using listing_sync::testing::RecordedEvent;

std::optional<std::vector<RecordedEvent>> recording_of(std::string_view bytes) {
  try {
    return listing_sync::testing::read_recording(bytes);
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

void play_recording(std::string_view bytes) {
  const auto events = recording_of(bytes);
  if (!events) return;
  const std::string effects = listing_sync::testing::replay(*events);
  promise(effects == listing_sync::testing::replay(*events), "a replay is the same each time");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  if (input.rfind("event ", 0) == 0)
    play_recording(input);
  else
    Play(Script(bytes, size)).run();
  return 0;
}
