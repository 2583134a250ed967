// Reading the sheet: what to ask for next, and what an answer means for the run.
#include <algorithm>
#include <utility>

#include "engine/sync.h"
#include "json/json_fields.h"

namespace listing_sync {
namespace {

constexpr std::size_t kPageBytes = std::size_t{2} << 20;  // what Google recommends at most
constexpr std::uint32_t kPageBatchesMax = 10;
constexpr std::uint32_t kReopenedMax = 3;
constexpr std::size_t kSpansPerRead = 100;  // keeps the request's address below 8 KB
constexpr std::uint32_t kSpanGapMax = 5;    // rows read for nothing rather than one more span

std::string join(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) text += (text.empty() ? "" : "; ") + fault.message;
  return text;
}

bool is_header_fault(const Fault& fault) { return fault.code.rfind("header_", 0) == 0; }

std::uint64_t span_rows(const Span& span, std::uint32_t grid_rows) {
  const std::uint32_t last = span.last == 0 ? grid_rows : span.last;
  return last < span.first ? 0 : last - span.first + 1;
}

}  // namespace

// The key column can only be asked for once it is known where it stands: a source's first run reads
// the header row alone; later runs remember, and the header row in every answer proves it.
void Sync::open_sheet() {
  state_ = State::opening;
  if (!layout_) return send_read({Read::Kind::header, false, {}});
  if (next_row_ != 0) return send_read({Read::Kind::snapshot, true, {}});
  const std::uint32_t first = mapping_.header_row;
  send_read({Read::Kind::page, true, {{first, first + page_rows_}}});
}

void Sync::send_read(Read read, std::uint64_t delay_ms) {
  ++options_.budget.requests_spent;
  std::string path = read_path(mapping_, options_.spreadsheet_id, layout_.value_or(Layout{}), read);
  reading_ = std::move(read);
  sheets_.send({Target::sheets, std::move(path), ""}, now_ms_, delay_ms, timeout_ms(), outbox_);
}

void Sync::on_sheet_reply(Reply reply) {
  Read read = std::move(*std::exchange(reading_, std::nullopt));
  const Verdict& verdict = reply.verdict;
  if (verdict.action == Action::retry_same) {
    for (std::uint32_t i = 0; i < sheets_.failures(); ++i)
      sheets_breaker_.on_failure(database_now_ms());
    return yield(verdict.code + ": " + verdict.message, reply.retry_in_ms);
  }
  if (verdict.action == Action::cut_smaller && !read.spans.empty() && page_rows_ > 1) {
    page_rows_ = std::max(1u, page_rows_ / 2);
    if (state_ == State::opening) return open_sheet();
    plan_.clear();
    return plan_pages(read.spans.front().first);
  }
  // Rows were deleted since the key column was read: the page begins beyond the grid now. What is
  // left is found by the next snapshot.
  if (verdict.code == "INVALID_ARGUMENT" && keys_known_ && !read.spans.empty()) {
    plan_.clear();
    plan_.push_back({Read::Kind::snapshot, true, {}});
    return;
  }
  if (verdict.action != Action::proceed) return close(verdict.code, verdict.message);
  sheets_breaker_.on_success();
  if (spans_batches(read))
    if (const auto fault = check_sheet_answer(reply.body.view()))
      return on_broken_answer(*fault, std::move(read));
  auto page = Page::open(mapping_, std::move(reply.body), read);
  if (page.ok()) return on_page(std::move(page).value(), std::move(read));
  if (is_header_fault(page.fault())) return close(page.fault().code, join(page.faults()));
  on_broken_answer(page.fault(), std::move(read));
}

// A page that is given out in several batches is looked at whole first: nothing of an answer that
// is broken at its end may be committed.
bool Sync::spans_batches(const Read& read) const {
  if (read.kind == Read::Kind::whole) return true;
  std::uint64_t rows = 0;
  for (const Span& span : read.spans) rows += span_rows(span, std::max(grid_rows_, span.first));
  return rows > batch_size_ + 1;
}

void Sync::on_broken_answer(const Fault& fault, Read read) {
  const std::string message =
      "Google Sheets' answer cannot be read (" + fault.message + ", at " + fault.where + ")";
  outbox_.log("warn", "sheet_answer_broken",
              {{"code", fault.code}, {"where", fault.where}, {"read", read_kind_name(read.kind)}});
  if (++broken_ > options_.retry_attempts) return close(fault.code, message);
  if (sheets_.busy())
    plan_.push_front(std::move(read));
  else
    send_read(std::move(read), options_.backoff.wait_ms(broken_ - 1, 0, random_));
}

void Sync::on_page(std::unique_ptr<Page> page, Read read) {
  const Layout seen = layout_of(mapping_, page->match());
  const bool misplaced =
      layout_ && ((read.with_keys && seen.key_column != layout_->key_column) ||
                  (!read.spans.empty() && seen.last_column > layout_->last_column));
  layout_ = seen;
  report_ = {{"unmapped_headers", page->match().unmapped}};
  if (read.kind == Read::Kind::header) return open_sheet();
  if (misplaced) {
    if (keys_known_ && read.kind == Read::Kind::page) next_row_ = read.spans.front().first;
    return reopen();
  }
  if (!read.spans.empty() && page_)
    answered_ = std::move(page);
  else
    use_page(std::move(page));
}

// The header row has moved since it was last seen. What is being converted still fits its own
// header row; everything else is planned anew.
void Sync::reopen() {
  if (++reopened_ > kReopenedMax)
    return close("sheet_unstable", "the header row changed each time it was read");
  outbox_.log("warn", "header_moved", {{"reopened", reopened_}});
  plan_.clear();
  answered_.reset();
  if (keys_known_) next_row_ = std::max(next_row_, mapping_.header_row + 1);
  open_sheet();
}

void Sync::use_page(std::unique_ptr<Page> page) {
  const bool first = state_ == State::opening;
  if (auto keys = page->take_keys()) {
    keys->inherit(keys_);
    keys_ = std::move(*keys);
    keys_known_ = true;
    grid_rows_ = page->grid_rows();
  }
  state_ = State::copying;
  const std::vector<Span> spans = page->spans();
  if (!spans.empty()) {
    grow_pages(*page);
    page->begin(keys_, selection());
    page_ = std::move(page);
  }
  if (!first || selective_) return;
  plan_pages(spans.empty() ? std::max(next_row_, mapping_.header_row + 1) : spans.back().last + 1);
}

// Pages grow towards what Google recommends, in whole batches.
void Sync::grow_pages(const Page& page) {
  std::uint64_t rows = 0;
  for (const Span& span : page.spans()) rows += span_rows(span, grid_rows_);
  if (rows == 0) return;
  bytes_per_row_ = std::max<std::size_t>(1, page.bytes() / rows);
  const std::size_t batches = kPageBytes / (bytes_per_row_ * batch_size_);
  const std::size_t bounded = std::clamp<std::size_t>(batches, 1, kPageBatchesMax);
  page_rows_ = static_cast<std::uint32_t>(bounded * batch_size_);
}

// Pages up to the last key; the last one is open-ended, so that content below the last key is seen
// too. No page begins beyond the grid, for Sheets answers 400 to that. One more snapshot of the key
// column ends the plan, unless one answer held the keys and all the rows.
void Sync::plan_pages(std::uint32_t row) {
  if (row > grid_rows_ && page_) return;
  while (row <= grid_rows_) {
    const std::uint32_t last = row + page_rows_ - 1;
    const bool final = last >= keys_.last_row();
    plan_.push_back({Read::Kind::page, false, {{row, final ? 0 : last}}});
    if (final) break;
    row = last + 1;
  }
  plan_.push_back({Read::Kind::snapshot, true, {}});
}

// Single rows, where the last snapshot saw them.
void Sync::plan_rows(const std::vector<std::uint32_t>& rows) {
  Read read{Read::Kind::rows, false, {}};
  std::uint64_t planned = 0;
  for (const std::uint32_t row : rows) {
    if (!read.spans.empty() && row <= read.spans.back().last + kSpanGapMax) {
      planned += row - read.spans.back().last;
      read.spans.back().last = row;
    } else {
      read.spans.push_back({row, row});
      ++planned;
    }
    if (read.spans.size() < kSpansPerRead && planned < page_rows_) continue;
    plan_.push_back(std::exchange(read, Read{Read::Kind::rows, false, {}}));
    planned = 0;
  }
  if (!read.spans.empty()) plan_.push_back(std::move(read));
  plan_.push_back({Read::Kind::snapshot, true, {}});
  state_ = State::copying;
  Read next = std::move(plan_.front());
  plan_.pop_front();
  const bool wait = !locked_.empty();
  send_read(std::move(next), wait ? options_.backoff.wait_ms(rounds_ - 1, 0, random_) : 0);
}

}  // namespace listing_sync
