// sim: runs seeds, one thread per core, and reports. See README.md beside this file.
#include <atomic>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "sim/arguments.h"
#include "sim/report.h"
#include "sim/run_seed.h"
#include "sim/shrink.h"
#include "support/recording.h"

namespace {

using namespace listing_sync::sim;  // NOLINT: this file is nothing but its front door

constexpr std::size_t kLinesShown = 40;
constexpr std::uint64_t kShrinkTries = 600;

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void write_file(const std::string& name, const std::string& bytes) {
  std::ofstream file(name, std::ios::binary);
  file << bytes;
  if (!file.flush()) throw std::runtime_error("cannot write " + name);
}

// Recordings of each invocation of a seed: <seed>-<invocation>.rec and what was answered.
Recorder recorder_of(const std::string& folder, std::uint64_t seed) {
  if (folder.empty()) return nullptr;
  return [folder, seed](const Invocation& invocation) {
    const std::string name =
        folder + "/" + std::to_string(seed) + "-" + std::to_string(invocation.number);
    write_file(name + ".rec", listing_sync::testing::write_recording(invocation.recorded()));
    write_file(name + ".effects", invocation.effects_recorded());
  };
}

class Runner {
 public:
  explicit Runner(const Arguments& arguments) : arguments_(arguments), next_(arguments.from) {}

  int run() {
    const auto begun = std::chrono::steady_clock::now();
    std::uint64_t jobs = arguments_.jobs;
    if (jobs == 0) jobs = std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < std::min(jobs, arguments_.seeds); ++i)
      threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    std::cout << report_.text(wall.count(), busy_s_) << report_.json(wall.count(), busy_s_) << "\n";
    return report_.failures() > 0 ? 1 : 0;
  }

 private:
  void work() {
    const double begun = thread_seconds();
    Report report;
    while (failures_ < arguments_.failures_max) {
      const std::uint64_t seed = next_++;
      if (seed >= arguments_.from + arguments_.seeds) break;
      const Settings settings = arguments_.settings(seed);
      const Verdict verdict =
          run_seed(seed, settings, arguments_.verbose, recorder_of(arguments_.record, seed));
      report.add(verdict);
      if (arguments_.verbose || verdict.finding) show(seed, settings, verdict);
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    report_.add(report);
    busy_s_ += thread_seconds() - begun;
  }

  void show(std::uint64_t seed, const Settings& settings, const Verdict& verdict) {
    if (!verdict.finding) {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (const std::string& line : verdict.log) std::cout << line.substr(0, 2000) << "\n";
      return;
    }
    ++failures_;
    const std::size_t lines = arguments_.verbose ? SIZE_MAX : kLinesShown;
    const Verdict told = arguments_.verbose ? verdict : run_seed(seed, settings, true);
    std::string text = failure_text(seed, settings, told, lines);
    if (arguments_.shrinks && !arguments_.verbose) {
      const Settings small = shrink(seed, settings, verdict.finding->code, kShrinkTries);
      text += "  shrunk: " + replay_command(seed, small) + " --verbose\n";
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    std::cout << text << std::endl;
  }

  const Arguments& arguments_;
  std::atomic<std::uint64_t> next_, failures_{0};
  std::mutex mutex_;
  Report report_;
  double busy_s_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
#ifdef __GLIBC__
  // Worlds come and go by the thousand: memory is kept, not given back and asked for again.
  mallopt(M_MMAP_THRESHOLD, 1 << 28);
  mallopt(M_TRIM_THRESHOLD, 1 << 28);
#endif
  try {
    const Arguments arguments = read_arguments(argc, argv);
    return Runner(arguments).run();
  } catch (const std::exception& error) {
    std::cerr << "sim: " << error.what() << "\n" << usage();
    return 2;
  }
}
