// The database model as a program, to be held to the real SQL by
// tests/sql/model-against-sql.test.js: reads one operation per line, writes one answer per line, as
// JSON.
//
//   {"create":source,"updated_at":bool}          a source with the table of that test
//   {"drop":source}
//   {"call":function,"arguments":{…}}            -> {"status":…,"body":…}
//   {"staff":source,"key":…,"cells":{…}|null}    inserts, changes or (null) deletes a row
//   {"lock":source,"keys":[…]} {"lock_state":source} {"unlock":source}
//   {"pass_ms":…}                                time goes by
//   {"dump":source}                              -> the five tables
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

#include "support/database_answers.h"
#include "support/database_model.h"

namespace {

using listing_sync::testing::array;
using listing_sync::testing::DatabaseModel;
using listing_sync::testing::Held;
using listing_sync::testing::HeldEntry;
using listing_sync::testing::Json;
using listing_sync::testing::ObjectText;
using listing_sync::testing::Outcome;
using listing_sync::testing::quoted;
using listing_sync::testing::Refusal;
using listing_sync::testing::Row;
using listing_sync::testing::Run;
using listing_sync::testing::time_json;

std::string numbers(const std::vector<std::int64_t>& hashes) {
  std::vector<std::string> texts;
  for (const std::int64_t hash : hashes) texts.push_back(std::to_string(hash));
  return array(texts);
}

// ---- The table of the test: its trigger, its not-null column, its check constraint, in the order
// in which PostgreSQL looks at them.

std::optional<Refusal> check_row(const std::string& table, std::string_view key, const Row& row) {
  const std::string& note = row.at("note");
  if (note == "\"swallow\"")
    return Refusal("refused_by_trigger", "", "", "a trigger of the table left the row out");
  if (note == "\"raise\"")
    return Refusal("P0001", "", "", key.size() < 2 ? "not " + std::string(key) : "not …");
  if (row.at("grade") == "null")
    return Refusal("23502", "grade", "",
                   "null value in column \"grade\" of relation \"" + table +
                       "\" violates not-null constraint");
  if (row.at("price").front() == '-')
    return Refusal(
        "23514", "price", "price_is_positive",
        "new row for relation \"" + table + "\" violates check constraint \"price_is_positive\"");
  return std::nullopt;
}

DatabaseModel create_source(const std::string& name, bool has_updated_at) {
  DatabaseModel model;
  model.source = name;
  model.key_column = "k";
  model.columns = {{"k"}, {"price", "7", "bigint"}, {"note"}, {"grade", "\"A\""}, {"memo"}};
  if (has_updated_at) {
    model.columns.push_back({"updated_at"});
    model.updated_at_column = "updated_at";
  }
  model.check = [name](std::string_view key, const Row& row) { return check_row(name, key, row); };
  return model;
}

// ---- The tables as the real ones are read

std::string table_json(const DatabaseModel& model) {
  std::vector<std::string> rows;
  for (const auto& [key, row] : model.table) {
    ObjectText out;
    for (const auto& [column, cell] : row) out.json(column, cell);
    rows.push_back(out.done());
  }
  return array(rows);
}

std::string run_json(const Run& run, const std::string& source) {
  std::vector<std::string> keys;
  for (const std::string& key : run.keys) keys.push_back(quoted(key));
  ObjectText request;
  if (run.kind == "selective") request.json("keys", array(keys));
  if (run.batch_size != 0) request.number("batch_size", run.batch_size);
  ObjectText out;
  out.text("sync_id", run.sync_id).text("source", source).text("kind", run.kind);
  out.text("trigger", run.trigger).text("status", run.status).json("request", request.done());
  out.flag("dry_run", run.dry_run).flag("forced", run.forced).json("ledger", run.ledger.json());
  out.json("errors", array(run.errors)).number("errors_count", run.errors_count);
  out.text_or_null("cause_code", run.cause).text_or_null("cause_message", run.cause_message);
  out.json("report", run.report).text_or_null("mapping_hash", run.mapping_hash);
  out.number("invocations", run.invocations).number("stalled_count", run.stalled);
  out.json("requested_at", time_json(run.requested_at_ms));
  out.json("started_at", time_json(run.started_at_ms));
  out.json("completed_at", time_json(run.completed_at_ms));
  return out.json("resume_at", time_json(run.resume_at_ms)).done();
}

std::string state_json(const DatabaseModel& model) {
  ObjectText out;
  out.number("fence", model.fence).text_or_null("owner", model.owner).number("seq", model.seq);
  out.json("lease_until", time_json(model.lease_until_ms)).text_or_null("sync_id", model.sync_id);
  out.json("state", model.state).number("state_version", model.state_version);
  out.text_or_null("mapping_hash", model.mapping_hash).json("circuits", model.circuits);
  return out.done();
}

std::string batches_json(const DatabaseModel& model) {
  std::vector<std::string> batches;
  for (const Run& run : model.runs) {
    for (const auto& [seq, batch] : run.batches) {
      ObjectText out;
      out.text("sync_id", run.sync_id).number("seq", seq).text("digest", batch.digest);
      out.json("covered", numbers(batch.covered));
      batches.push_back(out.json("held_keyless", numbers(batch.held_keyless)).done());
    }
  }
  return array(batches);
}

std::string errors_json(const DatabaseModel& model) {
  std::vector<std::string> errors;
  for (const HeldEntry& entry : model.held) {
    const Held& held = entry.held;
    ObjectText out;
    out.number("id", entry.id).json("key", held.keyless ? "null" : quoted(held.key));
    out.text_or_null("row_digest", held.digest).text_or_null("column_name", held.column);
    out.text("kind", held.kind).text("code", held.code).text_or_null("message", held.message);
    out.json("row_number", held.row_json).json("value", held.value).json("value_tag", held.tag);
    out.json("key_hash", std::to_string(held.hash)).text("sync_id", entry.sync_id);
    out.json("first_seen", time_json(entry.first_seen_ms));
    out.json("last_seen", time_json(entry.last_seen_ms)).number("seen_count", entry.seen_count);
    out.json("ignored_at", time_json(entry.ignored_at_ms));
    out.json("resolved_at", time_json(entry.resolved_at_ms));
    errors.push_back(out.text_or_null("resolved_by", entry.resolved_by).done());
  }
  return array(errors);
}

// ---- Operations

class Program {
 public:
  std::string answer(const Json& operation) {
    now_ms_ += 1;  // so that one thing comes after the other
    if (operation.has("create")) return create(operation);
    if (operation.has("call")) return call(operation);
    if (operation.has("pass_ms")) return pass(operation["pass_ms"].number());
    if (operation.has("drop")) return drop(operation["drop"].text());
    if (operation.has("staff")) return staff(operation);
    if (operation.has("lock")) return lock(operation);
    if (operation.has("lock_state")) return lock_state(operation["lock_state"].text());
    if (operation.has("unlock")) return unlock(operation["unlock"].text());
    if (operation.has("dump")) return dump(model(operation["dump"].text()));
    throw std::runtime_error("no such operation: " + operation.raw());
  }

 private:
  DatabaseModel& model(const std::string& source) { return models_.at(source); }

  std::string create(const Json& operation) {
    const std::string name = operation["create"].text();
    models_[name] = create_source(name, operation["updated_at"].flag());
    models_[name].id_prefix = std::to_string(10'000'000 + models_.size());
    return "{}";
  }

  std::string drop(const std::string& source) {
    models_.erase(source);
    return "{}";
  }

  std::string pass(std::uint64_t ms) {
    now_ms_ += ms;
    return "{}";
  }

  std::string call(const Json& operation) {
    const Json arguments = operation["arguments"];
    const Outcome outcome = addressee(arguments).call(operation["call"].view(), arguments, now_ms_);
    ObjectText out;
    return out.number("status", outcome.status).json("body", outcome.body).done();
  }

  // The source that is named, or that has the run; any other knows neither.
  DatabaseModel& addressee(const Json& arguments) {
    for (auto& [name, model] : models_) {
      model.sources = models_.size();
      if (arguments.has("p_source") ? arguments["p_source"].view() == name
                                    : model.find_run(arguments["p_sync_id"].view()) != nullptr)
        return model;
    }
    return models_.begin()->second;
  }

  std::string staff(const Json& operation) {
    DatabaseModel& at = model(operation["staff"].text());
    const std::string key = operation["key"].text();
    const Json cells = operation["cells"];
    if (cells.is_null()) return (void)at.delete_row(key), "{}";
    const bool is_new = at.table.count(key) == 0;
    Row& row = at.table[key];
    if (is_new)
      for (const auto& column : at.columns) row.add(column.name, column.fallback);
    row["k"] = quoted(key);
    for (std::size_t i = 0; i < cells.size(); ++i) row[cells.name(i)] = cells[i].raw();
    return "{}";
  }

  std::string lock(const Json& operation) {
    DatabaseModel& at = model(operation["lock"].text());
    for (const Json& key : operation["keys"].items())  // what is not there cannot be locked
      if (at.table.count(key.text()) != 0) at.locked_until_ms[key.text()] = UINT64_MAX;
    return "{}";
  }

  std::string lock_state(const std::string& source) {
    model(source).state_locked = true;
    return "{}";
  }

  std::string unlock(const std::string& source) {
    model(source).locked_until_ms.clear();
    model(source).state_locked = false;
    return "{}";
  }

  [[nodiscard]] std::string dump(const DatabaseModel& at) const {
    std::vector<std::string> runs;
    for (const Run& run : at.runs) runs.push_back(run_json(run, at.source));
    ObjectText out;
    out.number("now", now_ms_ + at.clock_ahead_ms).json("rows", table_json(at));
    out.json("runs", array(runs)).json("state", state_json(at)).json("batches", batches_json(at));
    return out.json("errors", errors_json(at)).done();
  }

  std::map<std::string, DatabaseModel> models_;
  std::uint64_t now_ms_ = 0;
};

}  // namespace

int main() {
  Program program;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::cout << program.answer(Json::parse(line)) << std::endl;
  }
}
