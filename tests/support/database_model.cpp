// Each function in the order of docs/DATABASE.md.
#include "support/database_model.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace listing_sync::testing {
namespace {

std::string base64(const std::string& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j)
      out += i + j < bytes.size() + 1 ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::string time_json(std::uint64_t ms) {
  // Days of the year are of no interest to the engine: times stay within one day of 2027-01-15.
  const std::uint64_t within = ms % 86'400'000;
  char text[32];
  std::snprintf(text, sizeof text, "\"2027-01-%02uT%02u:%02u:%02u.%03uZ\"",
                static_cast<unsigned>(15 + (ms - 1'799'971'200'000) / 86'400'000),
                static_cast<unsigned>(within / 3'600'000),
                static_cast<unsigned>(within / 60'000 % 60),
                static_cast<unsigned>(within / 1000 % 60), static_cast<unsigned>(within % 1000));
  return text;
}

Outcome problem(std::uint16_t status, std::string_view code, std::string_view details) {
  return {
      status,
      object({{"code", quoted(code)}, {"details", quoted(details)}, {"message", "\"refused\""}}),
      "", "{}"};
}

std::uint64_t or_else(const Json& value, std::uint64_t fallback) {
  return value.is_null() ? fallback : value.number();
}

}  // namespace

std::string Ledger::json() const {
  return object({{"read", std::to_string(read)},
                 {"inserted", std::to_string(inserted)},
                 {"updated", std::to_string(updated)},
                 {"unchanged", std::to_string(unchanged)},
                 {"failed", std::to_string(failed)},
                 {"skipped", std::to_string(skipped)},
                 {"held_cells", std::to_string(held_cells)},
                 {"expected", std::to_string(expected)}});
}

Run& DatabaseModel::request(std::string kind, std::vector<std::string> keys, bool dry_run) {
  Run run;
  run.sync_id = "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + ++last_id_);
  run.kind = std::move(kind);
  run.keys = std::move(keys);
  run.dry_run = dry_run;
  const bool open = std::any_of(runs.begin(), runs.end(), [&](const Run& other) {
    return other.kind == run.kind && other.status == "in_progress";
  });
  if (open) run.status = "queued";
  runs.push_back(std::move(run));
  return runs.back();
}

Run& DatabaseModel::run(std::string_view id) {
  for (Run& run : runs)
    if (run.sync_id == id) return run;
  throw std::runtime_error("no such run: " + std::string(id));
}

Outcome DatabaseModel::answer(std::string_view outcome, std::string more) const {
  return {200,
          "{\"outcome\":" + quoted(outcome) + more + ",\"now\":" + std::to_string(now_ms_) + "}",
          "", "{}"};
}

std::string DatabaseModel::lease_json() const {
  return ",\"lease_until\":" + time_json(lease_until_ms);
}

Outcome DatabaseModel::call(std::string_view function, const Json& arguments,
                            std::uint64_t host_now_ms) {
  now_ms_ = host_now_ms + clock_ahead_ms;
  if (function == "sync_claim") return claim(arguments);
  if (function == "sync_commit") return commit(arguments);
  if (function == "sync_close_run") return close_run(arguments);
  if (function == "sync_yield") return yield(arguments);
  return problem(404, "PGRST202", "no such function");
}

// ---- sync_claim

Run* DatabaseModel::next_run() {
  Run* next = nullptr;
  const auto rank = [](const Run& run) {
    if (run.kind == "selective") return 0;
    return run.status == "in_progress" ? 1 : 2;
  };
  for (Run& run : runs) {
    if (run.status != "queued" && run.status != "in_progress") continue;
    if (next == nullptr || rank(run) < rank(*next)) next = &run;
  }
  return next;
}

Run& DatabaseModel::superseded(Run& run) {
  run.status = "superseded";
  run.cause = "mapping_changed";
  Run again;
  again.kind = run.kind;
  again.trigger = run.trigger;
  again.keys = run.keys;
  again.dry_run = run.dry_run;
  Run& next = request(again.kind, again.keys, again.dry_run);
  next.trigger = again.trigger;
  next.status = "in_progress";
  return next;
}

std::string DatabaseModel::covered_of(const Run& run) const {
  std::string bytes;
  for (const auto& [number, batch] : run.batches)
    for (const std::int64_t hash : batch.covered)
      for (int i = 0; i < 8; ++i)
        bytes += static_cast<char>(static_cast<std::uint64_t>(hash) >> (8 * i) & 0xFF);
  return base64(bytes);
}

Outcome DatabaseModel::claim(const Json& in) {
  const std::string& caller = in["p_owner"].text();
  const bool live =
      lease_until_ms > now_ms_ && std::any_of(runs.begin(), runs.end(), [&](const Run& run) {
        return run.sync_id == sync_id && run.status == "in_progress";
      });
  if (owner != caller && live) return answer("busy", lease_json());
  if (state_version > in["p_state_version"].number())
    return answer("state_too_new", ",\"state_version\":" + std::to_string(state_version));
  const bool full_open = std::any_of(runs.begin(), runs.end(), [](const Run& run) {
    return run.kind == "full" && (run.status == "in_progress" || run.status == "queued");
  });
  if (in["p_open_scheduled"].flag() && !full_open) request("full").trigger = "scheduled";
  Run* run = next_run();
  if (run == nullptr) return answer("idle");
  if (run->resume_at_ms > now_ms_ && !in["p_ignore_resume_at"].flag())
    return answer("waiting",
                  ",\"resume_at\":" + time_json(run->resume_at_ms) +
                      ",\"resume_in_ms\":" + std::to_string(run->resume_at_ms - now_ms_));
  const std::string& hash = in["p_mapping_hash"].text();
  if (run->invocations > 0 && run->mapping_hash != hash) run = &superseded(*run);
  run->status = "in_progress";
  run->mapping_hash = hash;
  run->resume_at_ms = 0;
  ++run->invocations;
  ++fence;
  owner = caller;
  sync_id = run->sync_id;
  lease_until_ms = now_ms_ + in["p_lease_ms"].number();
  const bool fits = state_version == in["p_state_version"].number() && mapping_hash == hash;
  std::vector<std::string> keys;
  for (const std::string& key : run->keys) keys.push_back(quoted(key));
  const std::string size = run->batch_size == 0 ? "null" : std::to_string(run->batch_size);
  const std::string document = object({{"kind", quoted(run->kind)},
                                       {"trigger", quoted(run->trigger)},
                                       {"keys", run->kind == "selective" ? array(keys) : "null"},
                                       {"dry_run", run->dry_run ? "true" : "false"},
                                       {"batch_size", size},
                                       {"ledger", run->ledger.json()}});
  return answer("granted",
                ",\"fence\":" + std::to_string(fence) + ",\"seq\":" + std::to_string(seq) +
                    ",\"sync_id\":" + quoted(sync_id) + ",\"run\":" + document +
                    ",\"state\":" + (fits ? state : "null") + ",\"circuits\":" + circuits +
                    ",\"covered\":" + quoted(covered_of(*run)) + lease_json());
}

// ---- sync_commit

std::string DatabaseModel::answer_unwritten(const Json& in, bool commits) {
  if (in["p_fence"].number() != fence)
    return answer("stale_fence", ",\"fence\":" + std::to_string(fence)).body;
  Run& open = run(in["p_sync_id"].text());
  if (commits && in["p_seq"].number() == seq && open.batches.count(seq) != 0) return "repeated";
  if (open.status != "in_progress")
    return answer("run_closed", ",\"status\":" + quoted(open.status)).body;
  if (commits && owner.empty())
    return answer("stale_fence", ",\"fence\":" + std::to_string(fence)).body;
  if (commits && in["p_seq"].number() != seq + 1)
    return answer("out_of_order", ",\"seq\":" + std::to_string(seq)).body;
  return "";
}

void DatabaseModel::store(const Json& in) {
  if (!in["p_state"].is_null()) {
    state = in["p_state"].raw();
    state_version = in["p_state_version"].number();
    mapping_hash = run(sync_id).mapping_hash;
  }
  if (!in["p_circuits"].is_null()) circuits = in["p_circuits"].raw();
}

// Writes one row; a SQLSTATE where it is refused.
std::string DatabaseModel::write_row(const Json& row, bool dry_run, Ledger& counts) {
  const std::string& key = row[key_column].text();
  if (const auto found = refused.find(key); found != refused.end()) return found->second;
  const auto old = table.find(key);
  Row fresh = old == table.end() ? Row() : old->second;
  for (std::size_t i = 0; i < row.size(); ++i) fresh[row.names()[i]] = row[i].raw();
  if (old == table.end())
    ++counts.inserted;
  else
    ++(old->second == fresh ? counts.unchanged : counts.updated);
  if (!dry_run) table[key] = std::move(fresh);
  return "";
}

Outcome DatabaseModel::commit(const Json& in) {
  const std::string early = answer_unwritten(in, true);
  if (early == "repeated") {
    const StoredBatch& stored = run(in["p_sync_id"].text()).batches.at(seq);
    if (stored.digest != in["p_digest"].text()) return problem(409, "PT409", "batch_reused");
    return answer("committed", ",\"repeated\":true" + stored.answer);
  }
  if (!early.empty()) return {200, early, "", "{}"};
  const auto& rows = in["p_rows"].items();
  if (rows.size() > rows_max) return too_many;
  Run& open = run(in["p_sync_id"].text());
  Ledger counts;
  StoredBatch batch{in["p_digest"].text(), "", {}};
  std::vector<std::string> locked_keys, failed;
  const auto before = table;
  std::set<std::string> codes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string& key = rows[i][key_column].text();
    if (const auto found = locked.find(key); found != locked.end() && found->second > 0) {
      --found->second;
      locked_keys.push_back(quoted(key));
      continue;
    }
    batch.covered.push_back(in["p_covered"][i].integer());
    const std::string code = write_row(rows[i], open.dry_run, counts);
    if (code.empty()) continue;
    codes.insert(code);
    const std::uint64_t row = in["p_row_numbers"][i].number();
    failed.push_back(object({{"i", std::to_string(i + 1)},
                             {"row", std::to_string(row)},
                             {"key", quoted(key)},
                             {"code", quoted(code)}}));
    open.held.push_back({key, "", code, "row", row});
  }
  if (failed.size() > 10 && failed.size() == rows.size() && codes.size() == 1) {
    table = before;
    open.held.resize(open.held.size() - failed.size());
    return answer("all_refused", ",\"code\":" + quoted(*codes.begin()) + ",\"column\":\"rent\"");
  }
  for (std::size_t i = rows.size(); i < in["p_covered"].size(); ++i)
    batch.covered.push_back(in["p_covered"][i].integer());
  for (const Json& held : in["p_held"].items())
    open.held.push_back({held["key"].text(), held["column"].text(), held["code"].text(),
                         held["kind"].text(), held["row"].number()});
  const Json& by_core = in["p_counts"];
  Ledger& ledger = open.ledger;
  ledger.inserted += counts.inserted;
  ledger.updated += counts.updated;
  ledger.unchanged += counts.unchanged;
  ledger.failed += failed.size() + by_core["failed"].number();
  ledger.skipped += by_core["skipped"].number();
  ledger.read +=
      rows.size() - locked_keys.size() + by_core["failed"].number() + by_core["skipped"].number();
  ledger.held_cells += by_core["held_cells"].number();
  ledger.expected = or_else(by_core["expected"], ledger.expected);
  ++seq;
  lease_until_ms = now_ms_ + in["p_lease_ms"].number();
  store(in);
  const auto waiting = std::count_if(runs.begin(), runs.end(), [&](const Run& other) {
    return other.kind == "selective" && other.sync_id != open.sync_id &&
           (other.status == "queued" || other.status == "in_progress");
  });
  batch.answer =
      ",\"seq\":" + std::to_string(seq) + ",\"inserted\":" + std::to_string(counts.inserted) +
      ",\"updated\":" + std::to_string(counts.updated) +
      ",\"unchanged\":" + std::to_string(counts.unchanged) + ",\"failed\":" + array(failed) +
      ",\"row_locked\":" + array(locked_keys) + ",\"ledger\":" + ledger.json() +
      ",\"selective_waiting\":" + std::to_string(waiting) + lease_json();
  const std::string text = batch.answer;
  open.batches[seq] = std::move(batch);
  return answer("committed", ",\"repeated\":false" + text);
}

// ---- sync_close_run and sync_yield

Outcome DatabaseModel::close_run(const Json& in) {
  const std::string early = answer_unwritten(in, false);
  if (!early.empty()) return {200, early, "", "{}"};
  Run& open = run(in["p_sync_id"].text());
  open.status = in["p_status"].text();
  open.cause = in["p_cause"]["code"].text();
  open.report = in["p_report"].raw();
  open.batches.clear();
  store(in);
  lease_until_ms = 0;
  owner.clear();
  const bool next = next_run() != nullptr;
  return answer("closed", ",\"status\":" + quoted(open.status) + ",\"ledger\":" +
                              open.ledger.json() + ",\"next\":" + (next ? "true" : "false"));
}

Outcome DatabaseModel::yield(const Json& in) {
  const std::string early = answer_unwritten(in, false);
  if (!early.empty()) return {200, early, "", "{}"};
  Run& open = run(in["p_sync_id"].text());
  const std::uint64_t resume_in_ms = in["p_resume_in_ms"].number();
  open.resume_at_ms = resume_in_ms == 0 ? 0 : now_ms_ + resume_in_ms;
  store(in);
  lease_until_ms = 0;
  owner.clear();
  return answer("yielded",
                ",\"resume_at\":" + (resume_in_ms == 0 ? "null" : time_json(open.resume_at_ms)));
}

}  // namespace listing_sync::testing
