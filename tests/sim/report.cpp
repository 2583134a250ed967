// Adding up and printing.
#include "sim/report.h"

#include <algorithm>
#include <cstdio>

namespace listing_sync::sim {
namespace {

constexpr double kMsPerHour = 3'600'000;
constexpr std::uint64_t kWideColumns = 100;

std::string fixed(double number) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f", number);
  return text;
}

void add_up(Verdict& sums, const Verdict& one) {
  for (std::size_t i = 0; i < kFaults; ++i) sums.faults[i] += one.faults[i];
  sums.rows += one.rows;
  sums.columns += one.columns;
  sums.invocations += one.invocations;
  sums.killed += one.killed;
  sums.events += one.events;
  sums.runs_completed += one.runs_completed;
  sums.runs_failed += one.runs_failed;
  sums.commits += one.commits;
  sums.rows_committed += one.rows_committed;
  sums.sheet_reads += one.sheet_reads;
  sums.database_calls += one.database_calls;
  sums.simulated_ms += one.simulated_ms;
  sums.ticks_to_recover += one.ticks_to_recover;
}

}  // namespace

void Report::add(const Verdict& verdict) {
  ++runs_;
  if (verdict.finding) ++failures_;
  if (verdict.columns > kWideColumns) ++wide_;
  add_up(sums_, verdict);
}

void Report::add(const Report& other) {
  runs_ += other.runs_;
  failures_ += other.failures_;
  wide_ += other.wide_;
  add_up(sums_, other.sums_);
}

double Report::average(std::uint64_t sum) const {
  return static_cast<double>(sum) / static_cast<double>(std::max<std::uint64_t>(1, runs_));
}

std::string Report::text(double wall_s, double busy_s) const {
  std::string out = "faults and edits by kind:\n";
  for (const FaultKind& kind : fault_kinds()) {
    char line[96];
    std::snprintf(
        line, sizeof line, "  %-24s %10llu\n", std::string(kind.name).c_str(),
        static_cast<unsigned long long>(sums_.faults[static_cast<std::size_t>(kind.fault)]));
    out += line;
  }
  out += "a run on average: " + fixed(average(sums_.rows)) + " rows, " +
         fixed(average(sums_.columns)) + " columns, " + fixed(average(sums_.invocations)) +
         " invocations (" + fixed(average(sums_.killed)) + " killed), " +
         fixed(average(sums_.faults_total())) + " faults and " +
         fixed(average(sums_.edits_total())) + " edits, " + fixed(average(sums_.commits)) +
         " commits of " + fixed(average(sums_.rows_committed)) + " rows in all, " +
         fixed(average(sums_.runs_completed)) + " completed and " +
         fixed(average(sums_.runs_failed)) + " failed syncs, recovered after " +
         fixed(average(sums_.ticks_to_recover)) + " ticks\n";
  out += std::to_string(runs_) + " runs (" + std::to_string(wide_) + " of 117 columns), " +
         std::to_string(failures_) + " failures, " +
         fixed(static_cast<double>(sums_.simulated_ms) / kMsPerHour) + " simulated hours in " +
         fixed(wall_s) + " s: " + fixed(static_cast<double>(runs_) / wall_s) + " runs/s, " +
         fixed(static_cast<double>(runs_) / busy_s) + " runs/s of one core\n";
  return out;
}

std::string Report::json(double wall_s, double busy_s) const {
  const auto number = [](const char* name, std::uint64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value) + ",";
  };
  const auto decimal = [](const char* name, double value) {
    return "\"" + std::string(name) + "\":" + fixed(value) + ",";
  };
  std::string out =
      "{" + number("runs", runs_) + number("failures", failures_) +
      number("invocations", sums_.invocations) + number("faults", sums_.faults_total()) +
      number("syncs", sums_.runs_completed) + number("commits", sums_.commits) +
      number("rows_committed", sums_.rows_committed) +
      decimal("rows_per_run", average(sums_.rows)) +
      decimal("columns_per_run", average(sums_.columns)) +
      decimal("invocations_per_run", average(sums_.invocations)) +
      decimal("faults_per_run", average(sums_.faults_total())) +
      decimal("edits_per_run", average(sums_.edits_total())) +
      number("runs_of_117_columns", wide_) +
      decimal("simulated_hours", static_cast<double>(sums_.simulated_ms) / kMsPerHour) +
      decimal("seconds", wall_s) + decimal("runs_per_second", static_cast<double>(runs_) / wall_s) +
      decimal("runs_per_core_second", static_cast<double>(runs_) / busy_s);
  out.back() = '}';
  return out;
}

std::string replay_command(std::uint64_t seed, const Settings& settings) {
  return "npm run sim -- --seeds 1 --from " + std::to_string(seed) + flags_of(seed, settings);
}

std::string failure_text(std::uint64_t seed, const Settings& settings, const Verdict& verdict,
                         std::size_t lines_max) {
  std::string out = "seed " + std::to_string(seed) + " FAILED: " + verdict.finding->code + "\n  " +
                    verdict.finding->text + "\n";
  const std::size_t from = verdict.log.size() > lines_max ? verdict.log.size() - lines_max : 0;
  for (std::size_t i = from; i < verdict.log.size(); ++i)
    out += "    " + verdict.log[i].substr(0, 400) + "\n";
  return out + "  replay: " + replay_command(seed, settings) + " --verbose\n";
}

}  // namespace listing_sync::sim
