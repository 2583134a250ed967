// The commit's body is written straight from the batch's bytes; the row objects are never parsed
// again.
#include "database/requests.h"

#include <array>

#include "json/json_fields.h"
#include "listing_sync/text.h"

namespace listing_sync {
namespace {

std::string_view rows_of(const BatchPart& part) {
  if (part.from == part.to) return {};
  const Batch& batch = *part.batch;
  // An object that is not the first in its batch begins with the comma before it.
  const std::size_t start = part.from == 0 ? 0 : batch.row_ends[part.from - 1] + 1;
  return std::string_view(batch.rows).substr(start, batch.row_ends[part.to - 1] - start);
}

template <class T>
void append_numbers(std::string& out, const std::vector<T>& numbers, std::size_t from,
                    std::size_t to, bool first) {
  for (std::size_t i = from; i < to; ++i) {
    if (!first) out += ',';
    first = false;
    // Hashes travel as bigint: the same 64 bits, signed.
    out += std::to_string(static_cast<std::int64_t>(numbers[i]));
  }
}

bool is_last(const BatchPart& part) { return part.to == part.batch->size(); }

bool belongs(const HeldEntry& entry, const BatchPart& part) {
  if (entry.whole_row) return is_last(part);
  const auto& numbers = part.batch->row_numbers;
  for (std::size_t i = part.from; i < part.to; ++i)
    if (numbers[i] == entry.row) return true;
  return false;
}

void append_text_or_null(std::string& out, std::string_view text) {
  if (text.empty())
    out += "null";
  else
    append_json_string(out, text);
}

void append_held(std::string& out, const HeldEntry& entry) {
  const std::int64_t hash = static_cast<std::int64_t>(entry.hash);
  out += "{\"row\":" + (entry.row == 0 ? "null" : std::to_string(entry.row)) + ",\"key\":";
  append_text_or_null(out, entry.has_key ? entry.key : "");
  out += ",\"digest\":";
  append_text_or_null(out, entry.has_key ? "" : hex64(entry.hash));
  out += ",\"hash\":" + std::to_string(hash) + ",\"column\":";
  append_text_or_null(out, entry.column);
  out += ",\"code\":";
  append_json_string(out, entry.code);
  out += ",\"message\":";
  append_text_or_null(out, entry.message);
  out += ",\"value\":";
  append_text_or_null(out, entry.value);
  if (entry.value_tag) out += ",\"tag\":" + std::to_string(*entry.value_tag);
  out += entry.whole_row ? ",\"kind\":\"row\"}" : ",\"kind\":\"cell\"}";
}

// Held entries as a JSON array; answers how many cells of written rows are among them.
std::size_t append_all_held(std::string& out, const BatchPart& part) {
  std::size_t cells = 0;
  bool first = true;
  out += '[';
  for (const HeldEntry& entry : part.batch->held) {
    if (!belongs(entry, part)) continue;
    if (!first) out += ',';
    first = false;
    append_held(out, entry);
    if (!entry.whole_row) ++cells;
  }
  out += ']';
  return cells;
}

void append_column_names(std::string& out, const Mapping& mapping, bool insert_only) {
  out += '[';
  bool first = true;
  for (const Column& column : mapping.columns) {
    if (insert_only && column.write != WritePolicy::insert) continue;
    if (!first) out += ',';
    first = false;
    append_json_string(out, column.name);
  }
  out += ']';
}

// Which rows and keys the batch deals with, and what is counted beside the rows it writes.
void append_facts(std::string& out, const BatchPart& part, std::size_t held_cells,
                  std::uint64_t expected) {
  const Batch& batch = *part.batch;
  const bool last = is_last(part);
  out += ",\"p_row_numbers\":[";
  append_numbers(out, batch.row_numbers, part.from, part.to, true);
  out += "],\"p_covered\":[";
  append_numbers(out, batch.hashes, part.from, part.to, true);
  if (last)
    append_numbers(out, batch.other_hashes, 0, batch.other_hashes.size(), part.from == part.to);
  out += "],\"p_counts\":{\"failed\":" + std::to_string(last ? batch.failed : 0);
  out += ",\"skipped\":" + std::to_string(last ? batch.skipped : 0);
  out += ",\"held_cells\":" + std::to_string(held_cells);
  out += ",\"expected\":" + std::to_string(expected) + '}';
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

std::string rpc_path(std::string_view function) { return "/rest/v1/rpc/" + std::string(function); }

std::string commit_path() {
  return rpc_path("sync_commit") +
         "?columns=p_source,p_fence,p_seq,p_sync_id,p_digest,p_columns,p_insert_only,p_rows,"
         "p_row_numbers,p_covered,p_held,p_counts,p_state,p_state_version,p_circuits,p_lease_ms,"
         "p_dry_run";
}

std::string commit_body(const Mapping& mapping, const Grant& grant, const BatchPart& part,
                        std::uint64_t expected, const Memory& memory) {
  const std::string_view rows = rows_of(part);
  std::string held;
  const std::size_t held_cells = append_all_held(held, part);
  std::string facts;
  append_facts(facts, part, held_cells, expected);
  std::string out;
  out.reserve(rows.size() + held.size() + 16'384 + (part.to - part.from) * 32);
  out += "{\"p_source\":";
  append_json_string(out, grant.source);
  out +=
      ",\"p_fence\":" + std::to_string(grant.fence) + ",\"p_seq\":" + std::to_string(grant.seq + 1);
  out += ",\"p_sync_id\":";
  append_json_string(out, grant.sync_id);
  out += ",\"p_digest\":\"" + hex64(hash64(facts, hash64(held, hash64(rows))));
  out += "\",\"p_columns\":";
  append_column_names(out, mapping, false);
  out += ",\"p_insert_only\":";
  append_column_names(out, mapping, true);
  out += ",\"p_rows\":[";
  out += rows;
  out += "],\"p_held\":" + held + facts + ",\"p_state\":" + dump(memory.state);
  out += ",\"p_state_version\":" + std::to_string(kStateVersion);
  out += ",\"p_circuits\":" + dump(memory.circuits);
  out += ",\"p_lease_ms\":" + std::to_string(grant.lease_ms);
  out += grant.dry_run ? ",\"p_dry_run\":true}" : ",\"p_dry_run\":false}";
  return out;
}

bool decode_hashes(std::string_view base64, std::vector<std::uint64_t>& hashes) {
  std::uint64_t hash = 0;
  std::uint32_t bits = 0, buffer = 0, bytes = 0;
  for (const char c : base64) {
    if (c == '=' || c == '\n' || c == '\r')
      continue;  // PostgreSQL breaks lines after 76 characters
    const int value = base64_value(c);
    if (value < 0) return false;
    buffer = (buffer << 6 | static_cast<std::uint32_t>(value)) & 0xFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    hash |= static_cast<std::uint64_t>(buffer >> bits & 0xFF) << (8 * bytes);
    if (++bytes < 8) continue;
    hashes.push_back(hash);
    hash = 0;
    bytes = 0;
  }
  return bytes == 0;
}

}  // namespace listing_sync
