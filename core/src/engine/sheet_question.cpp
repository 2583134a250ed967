// The sheet's layout. What Google does not say is null, with the reason beside it: the answer is of
// use without it.
#include "engine/sheet_question.h"

#include <algorithm>
#include <utility>

#include "engine/answers.h"
#include "json/json_fields.h"
#include "report/sheet_document.h"
#include "transform/reads.h"

namespace listing_sync {
namespace {

using nlohmann::json;

// Somebody is waiting for the answer: one repetition, soon.
constexpr std::uint32_t kRepetitionsMax = 1;
constexpr std::uint64_t kDelayMs = 200;
constexpr std::uint64_t kPatienceMs = 5'000;
constexpr Allowance kPatience{true, kPatienceMs, UINT64_MAX};
constexpr std::string_view kTabsMask = "?fields=sheets.properties(sheetId,title)&prettyPrint=false";

json problem(const std::string& code, const std::string& message) {
  return {{"code", code}, {"message", message}};
}

}  // namespace

SheetQuestion::SheetQuestion(Mapping mapping, Options options, Outbox& outbox)
    : mapping_(std::move(mapping)),
      options_(std::move(options)),
      outbox_(outbox),
      circuit_(Target::sheets, outbox),
      sheets_(circuit_) {
  random_.state = options_.random_seed;
}

void SheetQuestion::start(std::uint64_t now_ms) {
  state_ = State::asking;
  circuit_.configure(Bucket::full(options_.sheets_rate_limit, options_.sheets_rate_limit, now_ms),
                     UINT32_MAX, options_.breaker_timeout_ms);
  sheets_.configure({kDelayMs, kDelayMs}, std::min(kRepetitionsMax, options_.retry_attempts));
  send("/v4/spreadsheets/" + options_.spreadsheet_id + std::string(kTabsMask), now_ms);
}

void SheetQuestion::send(std::string path, std::uint64_t now_ms) {
  sheets_.send({Target::sheets, std::move(path), "", false}, now_ms, 0,
               {true, kPatienceMs, options_.timeout_ms}, outbox_);
}

void SheetQuestion::on_event(Event& event) {
  if (state_ == State::finished || !sheets_.expects(event)) return;
  auto reply = sheets_.take(event, kPatience, random_, outbox_);
  if (!reply) return;
  if (reply->verdict.action != Action::proceed)
    return finish(nullptr, problem(reply->verdict.code, reply->verdict.message));
  if (gid_) return on_header(std::move(reply->body));
  on_tabs(reply->body, event.now_ms);
}

void SheetQuestion::on_tabs(const Bytes& body, std::uint64_t now_ms) {
  const json answer = parse_document(body.view());
  if (const json& tabs = member(answer, "sheets"); tabs.is_array())
    for (const json& tab : tabs) {
      const json& properties = member(tab, "properties");
      if (text_field(properties, "title") == mapping_.tab)
        gid_ = number_field(properties, "sheetId");  // left out for 0
    }
  if (!gid_)
    return finish(nullptr, problem("tab_not_found", "there is no tab '" + mapping_.tab + "'"));
  send(read_path(mapping_, options_.spreadsheet_id, {}, {Read::Kind::header, false, {}}), now_ms);
}

void SheetQuestion::on_header(Bytes body) {
  const auto page = Page::open(mapping_, std::move(body), {Read::Kind::header, false, {}});
  if (page.ok()) return finish(&page.value()->match(), nullptr);
  const Fault& fault = page.faults().front();
  finish(nullptr, problem(fault.code, fault.message));
}

void SheetQuestion::finish(const HeaderMatch* match, json problem) {
  state_ = State::finished;
  json document = sheet_document(mapping_, options_.spreadsheet_id, match);
  document["gid"] = gid_ ? json(*gid_) : json(nullptr);
  document["problem"] = std::move(problem);
  finish_answer(outbox_, 200, document);
}

}  // namespace listing_sync
