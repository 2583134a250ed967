// Options of an invocation: ranges are checked here once, so that nothing behind has to doubt them.
#include "engine/options.h"

#include <algorithm>

#include "json/json_fields.h"

namespace listing_sync {
namespace {

struct Range {
  const char* name;
  std::uint64_t fallback, min, max;
};

constexpr Range kBatchSize{"batch_size", 500, 1, 1000};
constexpr Range kRetryAttempts{"retry_attempts", 3, 0, 20};
constexpr Range kRetryDelay{"retry_delay_ms", 1000, 0, 3'600'000};
constexpr Range kRateLimit{"rate_limit", 10, 1, 10'000};
constexpr Range kSheetsRateLimit{"sheets_rate_limit", 50, 1, 1'000'000};
constexpr Range kBreakerThreshold{"breaker_threshold", 5, 1, 1000};
constexpr Range kBreakerTimeout{"breaker_timeout_ms", 60'000, 1, 86'400'000};
constexpr Range kLease{"lease_ms", 60'000, 1000, 3'600'000};
constexpr Range kTimeout{"timeout_ms", 30'000, 1, 600'000};

// An answer lies in memory twice for a moment (the host's copy and ours), beside what is made of
// it.
constexpr std::uint64_t kAnswerShare = 4;
constexpr std::uint64_t kAnswerBytesMax = std::uint64_t{64} << 20;
constexpr std::uint64_t kAnswerBytesMin = std::uint64_t{8} << 20;

// With fewer requests an invocation could never commit anything.
constexpr std::uint64_t kRequestsMin = 5;

std::uint64_t read(const nlohmann::json& options, const Range& range, Faults& faults) {
  const std::uint64_t value = number_field(options, range.name, range.fallback);
  if (value >= range.min && value <= range.max) return value;
  faults.push_back({"bad_event", std::string("options.") + range.name,
                    "must be between " + std::to_string(range.min) + " and " +
                        std::to_string(range.max) + ", is " + std::to_string(value)});
  return range.fallback;
}

std::uint64_t hex_value(const std::string& text) {
  std::uint64_t value = 0;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'a' && c <= 'f')) return value;
    value = value << 4 | static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return value;
}

// The id becomes part of a path: nothing but Google's own alphabet may enter it.
bool is_spreadsheet_id(const std::string& id) {
  return !id.empty() && id.size() <= 200 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

Budget read_budget(const nlohmann::json& budgets, std::uint64_t now_ms) {
  Budget budget;
  budget.wall_ms = number_field(budgets, "wall_ms");
  budget.requests = number_field(budgets, "requests");
  budget.rows = number_field(budgets, "rows");
  budget.started_at_ms = now_ms;
  return budget;
}

std::uint64_t answer_bytes(std::uint64_t memory_mb) {
  if (memory_mb == 0) return kAnswerBytesMax;
  return std::clamp((std::min<std::uint64_t>(memory_mb, 1024) << 20) / kAnswerShare,
                    kAnswerBytesMin, kAnswerBytesMax);
}

}  // namespace

Result<Options> read_options(const nlohmann::json& started, std::uint64_t now_ms,
                             const Mapping& mapping) {
  Faults faults;
  Options options;
  const nlohmann::json& given = member(started, "options");
  options.job = text_field(started, "job");
  options.trigger = text_field(started, "trigger", "manual");
  options.instance = text_field(started, "instance");
  options.sync_id = text_field(started, "sync_id");
  options.request = member(started, "request");
  options.random_seed = hex_value(text_field(started, "seed"));
  options.ignore_resume_at = flag_field(started, "ignore_resume_at");
  options.sources = member(started, "sources");
  const std::uint64_t interval_ms = options.job == "sync" ? 0 : options.interval_ms;
  options.interval_ms = number_field(started, "interval_ms", interval_ms);
  options.keep_days = number_field(started, "keep_days", options.keep_days);
  options.alerts = read_alert_settings(member(started, "alerts"), options.interval_ms);
  options.budget = read_budget(member(started, "budgets"), now_ms);
  options.answer_bytes_max = answer_bytes(number_field(member(started, "budgets"), "memory_mb"));
  options.batch_size = static_cast<std::uint32_t>(read(given, kBatchSize, faults));
  options.retry_attempts = static_cast<std::uint32_t>(read(given, kRetryAttempts, faults));
  options.backoff.delay_ms = read(given, kRetryDelay, faults);
  options.backoff.cap_ms = options.backoff.delay_ms * 16;
  options.rate_limit = read(given, kRateLimit, faults);
  options.sheets_rate_limit = read(given, kSheetsRateLimit, faults);
  options.breaker_threshold = static_cast<std::uint32_t>(read(given, kBreakerThreshold, faults));
  options.breaker_timeout_ms = read(given, kBreakerTimeout, faults);
  options.lease_ms = read(given, kLease, faults);
  options.timeout_ms = read(given, kTimeout, faults);
  options.spreadsheet_id = text_field(started, "spreadsheet_id");
  if (options.spreadsheet_id.empty()) options.spreadsheet_id = mapping.spreadsheet_id;
  if ((options.job == "sync" || options.job == "sheet") &&
      !is_spreadsheet_id(options.spreadsheet_id))
    faults.push_back({"bad_spreadsheet_id", "spreadsheet_id",
                      "set SYNC_SPREADSHEET_ID (or spreadsheet_id in the mapping) to the id in the "
                      "spreadsheet's address"});
  if (options.job == "sync" && options.budget.requests > 0 &&
      options.budget.requests < kRequestsMin)
    faults.push_back({"bad_event", "budgets.requests",
                      "must be 0 (unbounded) or at least " + std::to_string(kRequestsMin) +
                          ": claim, key column, rows, commit, end"});
  if (!faults.empty()) return faults;
  return options;
}

}  // namespace listing_sync
