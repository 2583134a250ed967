// libFuzzer target: any bytes as the answer of the database, to each question that is asked of it
// (claim, commit, close, status, health, request), under any status.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "support/listings.h"

namespace {

using namespace listing_sync::testing;

constexpr const char* kSteps[] = {"claim",       "commit",      "close",
                                  "read_status", "read_health", "request_run"};
constexpr const char* kJobs[] = {"sync", "sync", "sync", "status", "health", "request"};
constexpr std::uint16_t kStatuses[] = {200, 204, 400, 401, 404, 409, 413, 500, 503, 504};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t question = bytes[0] % 6;
  const std::uint16_t status = kStatuses[bytes[1] % 10];
  const std::string body(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  HostModel world = world_of(8);
  int times = 2;
  world.fault = [&](const Fetch& fetch) -> std::optional<Interference> {
    if (times == 0 || fetch.step.rfind(kSteps[question], 0) != 0) return std::nullopt;
    --times;
    return Interference{true, {status, body, "", "{}"}};
  };
  Started started = sync_started("", "\"batch_size\":3", R"({"requests":60})");
  started.job = kJobs[question];
  const Invocation run = world.run(started, 2000);
  const bool bug = run.logged("engine_bug") != 0;
  if (run.finishes != 1 || run.changed_bodies != 0 || bug) std::abort();
  return 0;
}
