// The engine: (state, event) -> (state', effects). This file is the contract between core and host.
//
// The host makes one Engine per invocation, feeds it events and performs the effects it returns, in
// order, until a `finish` effect comes. The engine does no I/O, reads no clock and draws no random
// number: every event carries `now_ms`, the host's monotonic clock; the seed comes with `started`.
//
//     effects = engine.handle(started)
//     while not finished: perform the effects; for each result: effects = engine.handle(event)
//
// EVENTS are JSON objects, each with `type` and `now_ms` (milliseconds); a body goes beside them.
//
//   started      once, first; body: the mapping file
//     job             sync | request | status | health | overview | due | prune | history |
//                     errors | review | retry | alerts | metrics | sheet | watch | alert_test
//     seed            16 hexadecimal digits            instance   uuid of this invocation
//     trigger         scheduled | manual               sync_id    uuid (job status)
//     spreadsheet_id  overrides the mapping's
//     ignore_resume_at  true: go on although the run asked to rest
//     options         batch_size 500 (1-1000), retry_attempts 3, retry_delay_ms 1000,
//                     rate_limit 10 (database requests a second), sheets_rate_limit 50 (reads a
//                     minute, of all sources of the deployment), breaker_threshold 5,
//                     breaker_timeout_ms 60000, lease_ms 60000, timeout_ms 30000
//     budgets         wall_ms, requests (at least 5), rows of this invocation, memory_mb of the
//                     function; 0 or absent: unbounded
//     sources         (overview, due) names
//     interval_ms     between two full runs, 0: each tick opens one; 300000, for job sync 0
//     keep_days       (due, prune) 90
//     alerts          (watch, alert_test, due) deliver (there is a webhook), and the rules' limits
//                     of core/src/alerts/settings.h; 0 switches a rule off
//     request         (job request) force, dry_run, batch_size or null, keys: [text] or null
//   response     id, status, headers {retry-after, date}; body: the answer, read to its end
//   no_response  id, message, why:
//                  timeout | network | too_large (the answer exceeded max_bytes) |
//                  cut_off (the connection ended inside the body) | credentials (no token)
//   timer        id
//
// EFFECTS come as a JSON array of objects.
//
//   fetch   id, target (sheets | database | alerts: a name, never an address), method, path,
//           headers, has_body, timeout_ms, max_bytes, renew_credentials (true once after a 401:
//           discard the cached token first). The request body is body(id) and belongs to the
//           engine until the final answer, so that a repetition sends the same bytes.
//   wait    id, ms; answered by timer
//   log     level (debug | info | warn | error), event, fields; no cell content above debug
//   finish  outcome, document. Nothing comes after it.
//     job sync: outcome completed | failed | yielded | waiting | busy | idle | cancelled |
//       unavailable | rejected; document {sync_id, status, ledger, cause {code, message} or null,
//       resume_in_ms, more (true: another run, or the rest of this one, can be taken up at once),
//       kind, dry_run, rows (committed by this invocation), requests {sheets, database}};
//       rejected: {faults [{code, where, message}]}
//     job watch: outcome completed | failed | unavailable; document {status, opened, reminded,
//       resolved, delivered, undelivered (numbers of alerts), cause, requests {database, alerts}}
//     other jobs: outcome answered; document {http_status, content_type, headers, body}: the HTTP
//       answer, ready to be sent
//
// RULES. An event for an id that is not outstanding is ignored (a late answer). An event that
// breaks the protocol ends the engine as `rejected`; a transition outside edges.h ends it as
// `failed` with cause `engine_bug`. After `finish` every event is ignored. No secret ever enters
// the core.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "listing_sync/bytes.h"
#include "listing_sync/edges.h"

namespace listing_sync {

class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Takes one event: its JSON and, where it has one, its body (moved in, never copied). Answers
  /// the effects as a JSON array, valid until the next call.
  std::string_view handle(std::string_view event_json, Bytes body);
  /// The request body of fetch effect `id`; empty where there is none. Valid until the next call of
  /// handle().
  [[nodiscard]] std::string_view body(std::uint32_t id) const;
  /// Where the machine stands (edges.h): for tests and tools; the host needs none of it.
  [[nodiscard]] State state() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace listing_sync
