// What an unsuccessful answer means: one total function over one table. Unknown means stop.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace listing_sync {

enum class Target : std::uint8_t { sheets, database, alerts };
[[nodiscard]] std::string_view target_name(Target target);

/// How a request ended, as far as the host can tell.
struct Answer {
  std::uint16_t status = 0;  ///< 0: no response
  std::string_view why;      ///< no response: timeout, network, too_large, cut_off, credentials
  std::string_view message;  ///< no response: the host's sentence
  std::string_view body;
};

enum class Action : std::uint8_t {
  proceed,      ///< success: read the body
  retry_same,   ///< the outcome is unknown or the server is busy: the same bytes again, later
  cut_smaller,  ///< known to be rolled back because of size or time: a smaller batch
  isolate,      ///< known to be rolled back because of a row: halve until it stands alone
  renew,        ///< credentials expired: once, with fresh ones
  stop          ///< somebody must act: retrying cannot help
};
[[nodiscard]] std::string_view action_name(Action action);

struct Verdict {
  Action action = Action::stop;
  std::string code;     ///< stable: a SQLSTATE, a PGRST code, a Google status or a word of ours
  std::string message;  ///< for people: what happened and, for stop, what to do
};

/// Total: every status, every body. Decides by code, never by the text of a message. Of a webhook
/// (alerts) nothing is passed on but the status: what it says is anybody's.
/// Sources: PostgREST "Errors", PostgreSQL appendix A, Sheets API "Usage limits" and AIP-193.
[[nodiscard]] Verdict classify(Target target, const Answer& answer);

/// True if a call that ended with this code may have been carried out all the same: nothing but the
/// same bytes may follow it.
[[nodiscard]] bool leaves_outcome_open(std::string_view code);

/// True if a code says that the target, or what stands before it, cannot be reached at all: further
/// calls are of no use now.
[[nodiscard]] bool target_is_away(std::string_view code);

/// One row of the table, for tests and documentation. `code` may end in `*` (a class); status 0: no
/// response.
struct ClassifyRule {
  Target target;
  std::uint16_t status_first, status_last;
  std::string_view code;
  Action action;
  std::string_view advice;
};
[[nodiscard]] std::span<const ClassifyRule> classify_rules();

}  // namespace listing_sync
