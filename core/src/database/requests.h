// Request bodies of the sync_* functions (docs/DATABASE.md).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/mapping.h"
#include "listing_sync/transform.h"

namespace listing_sync {

[[nodiscard]] std::string rpc_path(std::string_view function);
/// With `columns`, so that PostgREST passes the body on instead of parsing it first: a third of the
/// time of a commit.
[[nodiscard]] std::string commit_path();

/// The grant under which everything of a run is written.
struct Grant {
  std::string source, sync_id;
  std::uint64_t fence = 0, seq = 0, lease_ms = 60'000;
  bool dry_run = false;
};

/// What the engine keeps between invocations; both may be null ("leave what is stored").
struct Memory {
  nlohmann::json state, circuits;
};

/// Rows [from, to) of a batch. The last part also carries what was held and skipped as whole rows:
/// with it `next_row` moves on, so that a row is not counted again when the parts before it were
/// all.
struct BatchPart {
  const Batch* batch = nullptr;
  std::size_t from = 0, to = 0;
};

[[nodiscard]] std::string commit_body(const Mapping& mapping, const Grant& grant,
                                      const BatchPart& part, std::uint64_t expected,
                                      const Memory& memory);

/// Covered hashes as claim answers them: base64 of 8 bytes each, little-endian. False if it is not
/// that.
[[nodiscard]] bool decode_hashes(std::string_view base64, std::vector<std::uint64_t>& hashes);

constexpr std::uint64_t kStateVersion = 1;

}  // namespace listing_sync
