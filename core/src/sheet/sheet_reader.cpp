// The shape of a Sheets answer around its rows: which member means what, where a range begins and
// ends, and the loop over the cells of a row. The grammar below that is scanner.h's.
//
// How the two answers are told apart, with members in any order: an answer of `values.get` is a
// range object itself, one of `values:batchGet` holds range objects in `valueRanges`. So the first
// of the members `range`, `majorDimension`, `values` and `valueRanges` decides; members before it
// are checked and skipped, whatever they are. After that the other kind's members are no longer
// "unknown": an answer with both is unexpected_shape, and so is one with neither (a `{}` must never
// pass as an empty sheet). A top-level `error` makes an error document of it wherever it stands.
// A member that is null counts as absent (protobuf's JSON mapping); one of these members twice is
// unexpected_shape: which of the two was meant would be a guess.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/sheet.h"
#include "sheet/arena.h"
#include "sheet/scanner.h"

namespace listing_sync {

using sheet::Arena;
using sheet::Scanner;

namespace {

enum class Member : unsigned { range, major_dimension, values, value_ranges, error, other };

Member member_of(std::string_view name) {
  if (name == "range") return Member::range;
  if (name == "majorDimension") return Member::major_dimension;
  if (name == "values") return Member::values;
  if (name == "valueRanges") return Member::value_ranges;
  if (name == "error") return Member::error;
  return Member::other;
}

constexpr unsigned bit(Member member) { return 1U << static_cast<unsigned>(member); }

}  // namespace

struct SheetReader::Impl {
  enum class State : std::uint8_t {
    start,   // nothing read yet
    rows,    // inside `values`, before a row or the closing bracket
    closed,  // behind the last brace of the current range object
    done     // all read, or a fault
  };
  enum class Kind : std::uint8_t { undecided, single, batch };
  /// What reading members came upon. `more`: nothing special, the object goes on.
  enum class Met : std::uint8_t { more, object_end, rows, value_ranges, fault };

  Impl(std::string_view body, SheetLimits given) : limits(given), scan(body, given.depth_max) {}

  bool next_range();
  bool next_row(std::vector<Cell>& cells);

  bool open_answer();
  bool go_on_in_root(bool fresh);
  bool open_element();
  bool end_answer();
  bool skip_rows();

  bool step_to_row();
  bool read_row(std::vector<Cell>& cells, Arena* strings);

  Met read_members(bool fresh);
  Met read_member(Member member);
  bool note(Member member, const char* name_at);
  Met read_text(std::string& out, std::string_view expected);
  Met read_major_dimension();
  Met enter_array(Met inside, std::string_view expected);
  Met skip_member();

  bool step_to_item(bool& first);
  bool refuse(const char* value, std::size_t around, std::string_view expected);
  bool fault_at(const char* place, std::string_view code, std::string_view message);
  bool stand(const char* place);

  [[nodiscard]] bool in_root() const { return depth == 1; }
  [[nodiscard]] bool next_is(char byte) const { return at != scan.end() && *at == byte; }

  SheetLimits limits;
  Scanner scan;
  const char* at = scan.begin();  // the next byte to read
  State state = State::start;
  Kind kind = Kind::undecided;
  std::size_t depth = 1;  // containers open inside the object whose members are read
  unsigned seen = 0;      // bits of the members of that object that have come
  bool first_element = true;
  bool first_row = true;
  std::string range, major_dimension;
  std::vector<Cell> skipped;  // cells of rows nobody asked for
  Arena row_strings;          // decoded strings of the current row
  Arena member_strings;       // of the current member of an object
};

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

bool SheetReader::Impl::skip_rows() {
  while (step_to_row()) {
    if (!read_row(skipped, nullptr)) return false;
  }
  return state == State::closed;
}

// ---- rows

bool SheetReader::Impl::next_row(std::vector<Cell>& cells) {
  row_strings.clear();
  if (state == State::rows && step_to_row() && read_row(cells, &row_strings)) return true;
  cells.clear();
  return false;
}

/// To the opening bracket of the next row (true). False: the range object has been read to its end
/// (state closed), or there is a fault.
bool SheetReader::Impl::step_to_row() {
  if (!step_to_item(first_row)) {
    if (state == State::done || read_members(false) == Met::fault) return false;
    state = State::closed;
    return false;
  }
  if (!next_is('[')) return refuse(at, depth + 1, "a row, an array of cells");
  return stand(scan.enter(at, depth + 2));
}

/// The row whose opening bracket is at `at` -> `cells`. The old cells are written over in place:
/// clearing and growing the vector anew would touch every cell twice.
bool SheetReader::Impl::read_row(std::vector<Cell>& cells, Arena* strings) {
  const char* const end = scan.end();
  std::size_t count = 0;
  const char* place = scan.skip_space(at + 1);
  if (place == end || *place != ']') {
    for (;;) {
      if (count == limits.cells_per_row_max) {
        return fault_at(place, "too_many_cells", "the row has more cells than a sheet can have");
      }
      if (place != end && (*place == '{' || *place == '[')) {
        return refuse(place, depth + 2, "a cell: a string, a number, true, false or null");
      }
      if (count == cells.size()) cells.emplace_back();
      place = scan.read_scalar(place, cells[count++], strings);
      if (place == nullptr) return stand(nullptr);
      place = scan.skip_space(place);
      if (place != end && *place == ']') break;
      if (place == end || *place != ',') {
        return stand(scan.unexpected(place, "a comma or a closing bracket"));
      }
      place = scan.skip_space(place + 1);
    }
  }
  cells.resize(count);
  return stand(place + 1);
}

// ---- members

/// Reads the members of the open object until one needs its reader's attention, or to the closing
/// brace. `fresh`: none came before.
SheetReader::Impl::Met SheetReader::Impl::read_members(bool fresh) {
  for (Met met = Met::more; met == Met::more; fresh = false) {
    at = scan.skip_space(at);
    if (next_is('}')) {
      ++at;
      return Met::object_end;
    }
    if (!fresh) {
      if (!next_is(',')) return stand(scan.unexpected(at, "a comma or a brace")), Met::fault;
      at = scan.skip_space(at + 1);
    }
    const char* const name_at = at;
    Cell name;
    member_strings.clear();
    if (!stand(scan.read_name(at, name, &member_strings))) return Met::fault;
    const Member member = member_of(name.text);
    if (!note(member, name_at)) return Met::fault;
    met = read_member(member);
    if (met != Met::more) return met;
  }
  return Met::fault;
}

/// Keeps book of the members that came; false, with a fault, for one that may not come (any more).
bool SheetReader::Impl::note(Member member, const char* name_at) {
  if (member == Member::other) return true;
  if (!in_root() && (member == Member::error || member == Member::value_ranges)) return true;
  if (member == Member::error) {
    return fault_at(name_at, "unexpected_shape", "this is an error answer, it holds no values");
  }
  if ((seen & bit(member)) != 0) {
    return fault_at(name_at, "unexpected_shape", "this member stands twice");
  }
  seen |= bit(member);
  if (!in_root()) return true;
  const Kind wanted = member == Member::value_ranges ? Kind::batch : Kind::single;
  if (kind == Kind::undecided) kind = wanted;
  return kind == wanted || fault_at(name_at, "unexpected_shape",
                                    "an answer is one range or has valueRanges, never both");
}

SheetReader::Impl::Met SheetReader::Impl::read_member(Member member) {
  switch (member) {
    case Member::range:
      return read_text(range, "range to be a string");
    case Member::major_dimension:
      return read_major_dimension();
    case Member::values:
      first_row = true;
      return enter_array(Met::rows, "values to be an array of rows");
    case Member::value_ranges:
      return in_root() ? enter_array(Met::value_ranges, "valueRanges to be an array")
                       : skip_member();
    case Member::error:
    case Member::other:
      break;
  }
  return skip_member();
}

SheetReader::Impl::Met SheetReader::Impl::skip_member() {
  return stand(scan.skip_value(at, depth)) ? Met::more : Met::fault;
}

/// A string member; null leaves `out` as it is.
SheetReader::Impl::Met SheetReader::Impl::read_text(std::string& out, std::string_view expected) {
  if (next_is('n')) return skip_member();
  if (!next_is('"')) return refuse(at, depth, expected), Met::fault;
  Cell text;
  if (!stand(scan.read_string(at, text, &member_strings))) return Met::fault;
  out = text.text;
  return Met::more;
}

SheetReader::Impl::Met SheetReader::Impl::read_major_dimension() {
  const char* const value = at;
  major_dimension = "ROWS";
  const Met met = read_text(major_dimension, "majorDimension to be a string");
  if (met == Met::fault || major_dimension == "ROWS") return met;
  return fault_at(value, "unexpected_shape", "expected majorDimension to be ROWS"), Met::fault;
}

/// Steps into an array member: `inside`. Null: an absent member.
SheetReader::Impl::Met SheetReader::Impl::enter_array(Met inside, std::string_view expected) {
  if (next_is('n')) return skip_member();
  if (!next_is('[')) return refuse(at, depth, expected), Met::fault;
  if (!stand(scan.enter(at, depth + 1))) return Met::fault;
  ++at;
  return inside;
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
