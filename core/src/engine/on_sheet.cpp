// Reading the sheet: what to ask for next, and what an answer means for the run.
#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/sync.h"
#include "json/json_fields.h"
#include "listing_sync/text.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kPageBytes = std::uint64_t{2} << 20;  // what Google recommends at most
constexpr std::uint64_t kPageBatchesMax = 10;
constexpr std::uint64_t kPageRows = 100;  // of small batches a page may hold more
constexpr std::uint32_t kReopenedMax = 3;
constexpr std::uint32_t kNoRow = UINT32_MAX;  // behind every row
constexpr std::size_t kSpansPerRead = 100;    // keeps the request's address below 8 KB
constexpr std::uint32_t kSpanGapMax = 5;      // rows read for nothing rather than one more span

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
  const std::uint32_t first = mapping_.header_row;
  if (!layout_)
    plan_.push_front({Read::Kind::header, false, {}});
  else if (keys_known_ || resume_row_ != 0)
    plan_.push_front({Read::Kind::snapshot, true, {}});
  else
    plan_.push_front({Read::Kind::page, true, {{first, first + page_rows_}}});
}

void Sync::send_read(Read read) {
  std::string path = read_path(mapping_, options_.spreadsheet_id, layout_.value_or(Layout{}), read);
  reading_ = std::move(read);
  sheets_.send({Target::sheets, std::move(path), "", false}, now_ms_,
               std::exchange(read_delay_ms_, 0), afford(work_left_ms()), outbox_);
}

void Sync::on_sheet_reply(Reply reply) {
  Read read = std::move(*std::exchange(reading_, std::nullopt));
  const Verdict& verdict = reply.verdict;
  if (verdict.action == Action::retry_same) {
    if (!std::exchange(unwanted_, false)) plan_.push_front(std::move(read));
    reading_ended_ = {{verdict.code, verdict.message}, reply.retry_in_ms};
    return;
  }
  const bool range_refused = verdict.code == "INVALID_ARGUMENT";
  if (std::exchange(unwanted_, false) && (verdict.action != Action::stop || range_refused)) {
    if (verdict.action == Action::proceed)
      sheets_circuit_.on_success(sheets_.generation(), now_ms_);
    return;  // what it held, or why it was refused, will be seen again
  }
  if (verdict.action == Action::cut_smaller && !read.spans.empty() && page_rows_ > 1)
    return on_too_large(read);
  if (range_refused && read.kind != Read::Kind::header) return on_range_refused(read, verdict);
  if (verdict.action != Action::proceed) return close(verdict.code, verdict.message);
  auto page = Page::open(mapping_, std::move(reply.body), read);
  if (!page.ok() && !is_header_fault(page.fault()))
    return on_broken_answer(page.fault(), std::move(read));
  sheets_circuit_.on_success(sheets_.generation(), now_ms_);
  if (!page.ok()) return close(page.fault().code, join(page.faults()));
  on_page(std::move(page).value(), read);
}

void Sync::on_broken_answer(const Fault& fault, Read read) {
  const std::string message =
      "Google Sheets' answer cannot be read (" + fault.message + ", at " + fault.where + ")";
  outbox_.log("warn", "sheet_answer_broken",
              {{"code", fault.code}, {"where", fault.where}, {"read", read_kind_name(read.kind)}});
  sheets_circuit_.on_failure(sheets_.generation(), {fault.code, 0, false}, now_ms_);
  if (++broken_ > options_.retry_attempts) return close(fault.code, message);
  if (const std::uint64_t wait_ms = sheets_circuit_.wait_ms(now_ms_); wait_ms > 0)
    reading_ended_ = {{fault.code, message}, wait_ms};
  const std::uint32_t position = std::max(sheets_circuit_.failures(), 1u) - 1;
  read_delay_ms_ = options_.backoff.wait_ms(position, 0, random_);
  plan_.push_front(std::move(read));
}

// Pages are used in their order, or what is stored as read would not have been: what was asked for
// behind a page that must be read again goes back into the plan.
void Sync::take_back_reads() {
  if (reading_) plan_.push_front(*reading_);
  unwanted_ = reading_.has_value();  // its answer is waited for: it may ask for a rest
  if (answered_) plan_.push_front(std::exchange(answered_, nullptr)->read());
}

// What was to be read is planned anew; rows without a key that were in the plan are owed again.
void Sync::forget_plan() {
  plan_.clear();
  keyless_digest_.clear();
}

// Half as many rows at a time. Single rows are planned anew from the last snapshot.
void Sync::on_too_large(const Read& read) {
  page_rows_ = std::max(1u, page_rows_ / 2);
  forget_plan();
  if (state_ == State::opening) return open_sheet();
  if (read.kind == Read::Kind::page) plan_pages(read.spans.front().first);
}

// A range begins beyond the grid: rows or columns were deleted since they were seen last. Where
// rows are gone the next snapshot tells what is left; where columns are, the header row is looked
// at.
void Sync::on_range_refused(const Read& read, const Verdict& verdict) {
  if (keys_known_ && !read.spans.empty()) {
    forget_plan();
    plan_.push_back({Read::Kind::snapshot, true, {}});
    return;
  }
  if (reopened_ >= kReopenedMax) return close(verdict.code, verdict.message);
  layout_.reset();
  reopen(read);
}

void Sync::on_page(std::unique_ptr<Page> page, const Read& read) {
  const Layout seen = layout_of(mapping_, page->match());
  const bool misplaced =
      layout_ && ((read.with_keys && seen.key_column != layout_->key_column) ||
                  (!read.spans.empty() && seen.last_column > layout_->last_column));
  layout_ = seen;
  report_ = {{"unmapped_headers", page->match().unmapped}};
  if (read.spans.empty()) broken_ = 0;
  if (read.kind == Read::Kind::header) return open_sheet();
  if (misplaced) return reopen(read);
  if (!read.spans.empty() && page_)
    answered_ = std::move(page);
  else
    use_page(std::move(page));
}

// The columns have moved since they were last seen. What is being converted still fits its own
// header row; everything else is planned anew, from the first row that was not read yet.
void Sync::reopen(const Read& read) {
  if (++reopened_ > kReopenedMax)
    return close("sheet_unstable", "the header row changed each time it was read");
  outbox_.log("warn", "header_moved", {{"reopened", reopened_}});
  if (keys_known_) {
    resume_row_ = kNoRow;
    if (!plan_.empty() && plan_.front().kind == Read::Kind::page)
      resume_row_ = plan_.front().spans.front().first;
    if (read.kind == Read::Kind::page) resume_row_ = read.spans.front().first;
  }
  forget_plan();
  open_sheet();
}

void Sync::use_page(std::unique_ptr<Page> page) {
  const bool first = state_ == State::opening;
  if (auto keys = page->take_keys()) {
    const std::string digest = hex64(keys->digest());
    sheet_moved_ = sheet_moved_ || (!keys_digest_.empty() && keys_digest_ != digest);
    keys_digest_ = digest;
    if (page->read().kind == Read::Kind::whole) keyless_digest_ = digest;
    keys->inherit(keys_);
    keys_ = std::move(*keys);
    keys_known_ = true;
    grid_rows_ = page->grid_rows();
  }
  state_ = State::copying;
  const std::vector<Span> spans = page->spans();
  if (!spans.empty()) {
    measure_rows(*page);
    page->begin(keys_, selection());
    page_ = std::move(page);
  }
  size_pages();
  if (!first || selective_) return;
  plan_pages(spans.empty() ? std::max(resume_row_, mapping_.header_row + 1)
                           : spans.back().last + 1);
}

void Sync::measure_rows(const Page& page) {
  std::uint64_t rows = 0;
  for (const Span& span : page.spans()) rows += span_rows(span, grid_rows_);
  if (rows > 0) bytes_per_row_ = std::max<std::uint64_t>(1, page.bytes() / rows);
}

// Pages grow towards what Google recommends, in whole batches; of the size that was asked for, for
// reading does not become cheaper where writing had to be cut.
void Sync::size_pages() {
  if (bytes_per_row_ == 0) return;
  const std::uint64_t most = std::max(batch_.max * kPageBatchesMax, kPageRows);
  const std::uint64_t rows =
      std::clamp<std::uint64_t>(kPageBytes / bytes_per_row_, batch_.max, most);
  page_rows_ = static_cast<std::uint32_t>(rows - rows % batch_.max);
}

// Pages up to the last key; the last one is open-ended, so that content below the last key is seen
// too. No page begins beyond the grid, for Sheets answers 400 to that, and none holds nothing but
// covered keys: a resumed run does not spend its budget on them. Where the sheet has moved, rows
// without a key are read once all is covered, and need no page. One more snapshot of the key
// column ends the plan, unless the one just read came with or after all the rows.
void Sync::plan_pages(std::uint32_t row) {
  const std::vector<std::uint32_t> rows = unseen_rows(row);
  for (auto next = rows.begin();;) {
    if (next == rows.end() && sheet_moved_) break;
    const std::uint32_t first = next != rows.end() ? *next : std::max(row, keys_.last_row() + 1);
    if (first > grid_rows_) break;
    const std::uint32_t last = first + page_rows_ - 1;
    const bool final = last >= keys_.last_row();
    plan_.push_back({Read::Kind::page, false, {{first, final ? 0 : last}}});
    if (final) break;
    next = std::upper_bound(next, rows.end(), last);
  }
  if (!plan_.empty()) plan_.push_back({Read::Kind::snapshot, true, {}});
}

// From `row` on: rows of keys that are not covered, and those that show no key unless they are read
// in the end.
std::vector<std::uint32_t> Sync::unseen_rows(std::uint32_t row) const {
  const std::vector<std::uint32_t> keyed = keys_.uncovered_rows(nullptr);
  const std::vector<std::uint32_t> keyless =
      sheet_moved_ ? std::vector<std::uint32_t>() : keys_.keyless_rows();
  std::vector<std::uint32_t> rows;
  std::merge(std::lower_bound(keyed.begin(), keyed.end(), row), keyed.end(),
             std::lower_bound(keyless.begin(), keyless.end(), row), keyless.end(),
             std::back_inserter(rows));
  return rows;
}

// Single rows, where the last snapshot saw them.
void Sync::plan_rows(const std::vector<std::uint32_t>& rows, std::uint32_t tail) {
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
  if (tail != 0 && tail <= grid_rows_) read.spans.push_back({tail, 0});
  if (!read.spans.empty()) plan_.push_back(std::move(read));
  if (tail != 0)
    plan_.back().with_keys = true;  // the snapshot after comes in the same answer
  else
    plan_.push_back({Read::Kind::snapshot, true, {}});
  if (!locked_.empty()) read_delay_ms_ = options_.backoff.wait_ms(rounds_ - 1, 0, random_);
}

}  // namespace listing_sync
