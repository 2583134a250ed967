// libFuzzer target: any bytes as what sync_claim hands back from earlier invocations. Each line of
// the input is a member of the answer (state, circuits, run, covered, now, sources), as JSON where
// it is some, else as text; an empty line leaves what the database really holds. The invocation
// that is granted this keeps its bounds, and once the answers are true again the ticks that follow
// bring the table in order.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "fuzz/promises.h"

namespace {

using namespace listing_sync::fuzz;     // NOLINT(google-build-using-namespace)
using namespace listing_sync::testing;  // NOLINT(google-build-using-namespace)

constexpr std::array<std::string_view, 6> kMembers = {"state",   "circuits", "run",
                                                      "covered", "now",      "sources"};

bool is_json(std::string_view text) {
  try {
    (void)Json::parse(text);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

/// `answer` with the members of `input` behind its own: readers take the last one of a name.
std::string tampered(std::string answer, std::string_view input) {
  answer.pop_back();
  for (const std::string_view name : kMembers) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(line.size() + (line.size() < input.size() ? 1 : 0));
    if (line.empty()) continue;
    answer +=
        ",\"" + std::string(name) + "\":" + (is_json(line) ? std::string(line) : quoted(line));
  }
  return answer + "}";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  HostModel world = world_of(8);
  bool granted = false;
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (granted || fetch.step != "claim") return std::nullopt;
    granted = true;
    Outcome outcome = world.perform(fetch);
    outcome.body = tampered(std::move(outcome.body), input);
    return Interference{false, std::move(outcome)};
  };
  const Started started = sync_started("", "\"batch_size\":3", budgets());
  const std::uint64_t started_ms = world.now_ms;
  promise_bounded(world.run(started, 2000), started_ms);
  promise_recovery(world, started);
  return 0;
}
