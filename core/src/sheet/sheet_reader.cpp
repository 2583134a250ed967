// From range to range through a Sheets answer, and the reader's public face. What the members of an
// object mean is sheet_members.cpp's, rows are sheet_rows.cpp's, JSON's grammar is scanner.h's.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/sheet.h"
#include "sheet/sheet_reader_impl.h"

namespace listing_sync {

// ---- ranges

bool SheetReader::Impl::next_range() {
  if (state == State::start) return open_answer();
  if (state == State::rows && !skip_rows()) return false;
  if (state == State::done) return false;
  return kind == Kind::batch ? open_element() : end_answer();
}

bool SheetReader::Impl::open_answer() {
  const auto size = static_cast<std::size_t>(scan.end() - scan.begin());
  if (size > limits.body_bytes_max) {
    return fault_at(at + limits.body_bytes_max, "answer_too_large",
                    "more than " + std::to_string(limits.body_bytes_max) + " bytes");
  }
  at = scan.skip_space(at);
  if (next_is('<')) return fault_at(at, "html_answer", "expected JSON, found HTML or XML");
  if (!next_is('{')) return refuse(at, 0, "an object, as values.get and values:batchGet answer");
  if (!stand(scan.enter(at, depth))) return false;
  ++at;
  return go_on_in_root(true);
}

/// Reads the root's members on, up to a range (true) or the end of the answer.
bool SheetReader::Impl::go_on_in_root(bool fresh) {
  switch (read_members(fresh)) {
    case Met::rows:
      state = State::rows;
      return true;
    case Met::value_ranges:
      return open_element();
    case Met::object_end:
    case Met::more:
      break;
    case Met::fault:
      return false;
  }
  if (kind == Kind::batch) return end_answer();
  state = State::closed;
  return kind == Kind::single ||
         fault_at(at - 1, "unexpected_shape", "the object ends without a range or valueRanges");
}

/// The next range object of `valueRanges`, or what stands behind them.
bool SheetReader::Impl::open_element() {
  if (!step_to_item(first_element)) {
    if (state == State::done) return false;
    depth = 1;
    seen = bit(Member::value_ranges);
    return go_on_in_root(false);
  }
  if (!next_is('{')) return refuse(at, 2, "a range object");
  depth = 3;
  if (!stand(scan.enter(at, depth))) return false;
  ++at;
  seen = 0;
  range.clear();
  const Met met = read_members(true);
  if (met == Met::fault) return false;
  state = met == Met::rows ? State::rows : State::closed;
  return true;
}

bool SheetReader::Impl::end_answer() {
  at = scan.skip_space(at);
  if (at != scan.end()) return fault_at(at, "trailing_bytes", "the answer goes on behind its end");
  state = State::done;
  return false;
}

// ---- small steps

/// Goes on at `place`; false where it is null, after a fault.
bool SheetReader::Impl::stand(const char* place) {
  if (place == nullptr) {
    at = scan.begin() + scan.fault_offset();
    state = State::done;
    return false;
  }
  at = place;
  return true;
}

bool SheetReader::Impl::fault_at(const char* place, std::string_view code,
                                 std::string_view message) {
  return stand(scan.fail(place, code, message));
}

/// A value of the wrong shape inside `around` containers; where it is not even JSON, that is told.
bool SheetReader::Impl::refuse(const char* value, std::size_t around, std::string_view expected) {
  if (scan.skip_value(value, around) == nullptr) return stand(nullptr);
  return fault_at(value, "unexpected_shape", "expected " + std::string(expected));
}

/// To the next item of an array (true), or behind its closing bracket (false), or a fault (false).
bool SheetReader::Impl::step_to_item(bool& first) {
  at = scan.skip_space(at);
  if (next_is(']')) {
    ++at;
    return false;
  }
  if (first) {
    first = false;
    return true;
  }
  if (!next_is(',')) return stand(scan.unexpected(at, "a comma or a closing bracket"));
  at = scan.skip_space(at + 1);
  return true;
}

// ---- the public face

SheetReader::SheetReader(std::string_view body, SheetLimits limits)
    : impl_(std::make_unique<Impl>(body, limits)) {}
SheetReader::~SheetReader() = default;
SheetReader::SheetReader(SheetReader&&) noexcept = default;
SheetReader& SheetReader::operator=(SheetReader&&) noexcept = default;

bool SheetReader::next_range() { return impl_->next_range(); }
bool SheetReader::next_row(std::vector<Cell>& cells) { return impl_->next_row(cells); }
const std::string& SheetReader::range() const { return impl_->range; }
const std::optional<Fault>& SheetReader::fault() const { return impl_->scan.fault(); }
std::size_t SheetReader::position() const {
  return static_cast<std::size_t>(impl_->at - impl_->scan.begin());
}

std::optional<Fault> check_sheet_answer(std::string_view body, SheetLimits limits) {
  SheetReader reader(body, limits);
  while (reader.next_range()) {
  }
  return reader.fault();
}

}  // namespace listing_sync
