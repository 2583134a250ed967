// Facts as the migration words them.
#include "support/watching.h"

#include "support/listings.h"

namespace listing_sync::testing {

std::string Facts::json() const {
  ObjectText end;
  end.text("status", last_cause.empty() ? "completed" : "failed");
  end.text_or_null("cause_code", last_cause);
  ObjectText out;
  out.number("silent_ms", silent_ms).number("consecutive_failures", failures);
  out.number("held_open_count", held).json("successes", array(successes));
  out.json("last_full_end", end.done()).json("circuits", circuits);
  return out.json("open_progress", progress).done();
}

std::string ledger(std::uint64_t rows, std::uint64_t updated, std::uint64_t failed,
                   std::uint64_t skipped) {
  ObjectText out;
  out.number("read", rows + skipped).number("inserted", 0).number("updated", updated);
  out.number("unchanged", rows - updated - failed).number("failed", failed);
  return out.number("skipped", skipped).number("held_cells", 0).done();
}

Started watch_started(std::string_view settings, bool deliver, std::string budgets) {
  Started started = sync_started("", "", std::move(budgets));
  started.job = "watch";
  const std::string alerts = std::string("{\"deliver\":") + (deliver ? "true" : "false") +
                             (settings.empty() ? "" : ",") + std::string(settings) + '}';
  started.more = {{"alerts", alerts}, {"interval_ms", "300000"}};
  return started;
}

void Receiver::attach(HostModel& world) {
  world.webhook = [this, &world](const Fetch& fetch) {
    messages.push_back(Json::parse(fetch.body));
    at_ms.push_back(world.now_ms);
    return Outcome{200, "ok", "", "{}"};
  };
}

std::vector<std::string> Receiver::events() const {
  std::vector<std::string> events;
  for (const Json& message : messages)
    events.push_back(message["event"].text() + ' ' + message["rule"].text());
  return events;
}

}  // namespace listing_sync::testing
