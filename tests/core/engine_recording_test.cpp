// A recorded run of the real services replays to its end, natively too.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "support/recording.h"

namespace listing_sync::testing {
namespace {

std::vector<RecordedEvent> small_run() {
  // Renewed with: node tests/wasm/record-run.js tests/wasm/recordings/small-run.rec
  std::ifstream file(LISTING_SYNC_SOURCE_DIR "/tests/wasm/recordings/small-run.rec",
                     std::ios::binary);
  REQUIRE(file.good());
  return read_recording(std::string{std::istreambuf_iterator<char>(file), {}});
}

TEST_CASE("the checked-in recording replays to a completed run with repetitions in it") {
  const std::string answers = replay(small_run());
  CHECK(answers.find("\"outcome\":\"completed\"") != std::string::npos);
  CHECK(answers.find("request_failed") != std::string::npos);
  CHECK(answers.find("batch_committed") != std::string::npos);
  CHECK(answers.find("engine_bug") == std::string::npos);
}

TEST_CASE("it replays the same each time") { CHECK(replay(small_run()) == replay(small_run())); }

TEST_CASE("every prefix of it leaves an engine that can be dropped") {
  const std::vector<RecordedEvent> events = small_run();
  for (std::size_t count = 0; count <= events.size(); ++count) {
    const auto end = events.begin() + static_cast<std::ptrdiff_t>(count);
    const std::string answers = replay({events.begin(), end});
    CHECK((answers.find("\"type\":\"finish\"") != std::string::npos) == (count == events.size()));
  }
}

TEST_CASE("what is no recording is refused") {
  for (const char* bytes : {"x", "event", "event ", "event 1 2", "event a 0\n", "event 5 0\n{}",
                            "event 1 0\nx!", "event 99999999999999999999999 0\n"})
    CHECK_THROWS_AS((void)read_recording(bytes), std::runtime_error);
}

}  // namespace
}  // namespace listing_sync::testing
