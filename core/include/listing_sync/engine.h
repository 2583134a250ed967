// The engine: (state, event) -> (state', effects). This file is the contract between core and host.
//
// The host makes one Engine per invocation, feeds it events and performs the effects it returns,
// in order, until a `finish` effect comes. The engine does no I/O, reads no clock and draws no random number:
// every event carries `now_ms`, the host's monotonic clock; the seed comes with `started`.
//
//     effects = engine.handle(started)
//     while not finished: perform effects; for each result: effects = engine.handle(event)
//
// Events (JSON; `now_ms` in each)
//   {"type":"started","now_ms":0,"job":"sync"|"request"|"status"|"health", …}   body: the mapping file
//        "seed":"<16 hex>", "instance":"<uuid>", "trigger":"scheduled"|"manual",
//        "spreadsheet_id":"…" (overrides the mapping's), "sync_id":"…" (job status),
//        "options":{"batch_size":500,"retry_attempts":3,"retry_delay_ms":1000,"rate_limit":10,
//                   "breaker_threshold":5,"breaker_timeout_ms":60000,"lease_ms":60000,"timeout_ms":30000},
//        "budgets":{"wall_ms":…,"requests":…,"rows":…}  (0 or absent: unbounded)
//        "request":{"force":false,"batch_size":null,"keys":["AA1"]|null,"dry_run":false}   (job request)
//   {"type":"response","now_ms":…,"id":1,"status":200,"headers":{"retry-after":"…","content-type":"…"}}   body: the answer
//   {"type":"no_response","now_ms":…,"id":1,"why":"timeout"|"network"|"too_large"|"cut_off"|"credentials","message":"…"}
//        cut_off: the connection ended inside the body. credentials: the host could not obtain a token (message says why).
//   {"type":"timer","now_ms":…,"id":2}
//
// Effects (JSON array; a fetch's body is taken with body(id) and belongs to the engine until its final answer)
//   {"type":"fetch","id":1,"target":"sheets"|"database","method":"GET","path":"/v4/…",
//        "headers":{"content-type":"application/json"},"has_body":true,"timeout_ms":30000,"max_bytes":67108864,"renew_credentials":false}
//        renew_credentials: discard the cached token of this target first (once, after a 401).
//   {"type":"wait","id":2,"ms":1000}
//   {"type":"log","level":"debug"|"info"|"warn"|"error","event":"batch_committed","fields":{…}}   no cell content above debug
//   {"type":"finish","outcome":"completed"|"failed"|"yielded"|"waiting"|"busy"|"idle"|"cancelled"|"unavailable"|"rejected"|"answered","document":{…}}
//        job sync: document = {sync_id, status, ledger, cause, resume_in_ms, more: bool (another run is waiting), requests:{sheets,database}}
//        job request/status/health: outcome "answered", document = {"http_status":202, "content_type":"application/json"|"application/problem+json", "headers":{}, "body":{…}}:
//        the HTTP answer, ready to be sent.
//
// Rules: an event for an id that is not outstanding is ignored (a late answer). An event the state
// does not expect poisons the engine: it finishes `failed` with cause `engine_bug` and ignores what follows.
// After `finish` every event is ignored. No secret ever enters: `target` is a name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "listing_sync/bytes.h"

namespace listing_sync {

class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Takes one event (its JSON and, where it has one, its body; the body's bytes are moved in, never copied) and
  /// returns the effects as a JSON array, valid until the next call.
  std::string_view handle(std::string_view event_json, Bytes body);
  /// The request body of fetch effect `id`; empty where there is none. Valid until the next call of handle().
  [[nodiscard]] std::string_view body(std::uint32_t id) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace listing_sync
