// Which member of an answer means what, and which may stand beside which.
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
#include <string>
#include <string_view>

#include "listing_sync/sheet.h"
#include "sheet/sheet_reader_impl.h"

namespace listing_sync {

SheetReader::Impl::Member SheetReader::Impl::member_of(std::string_view name) {
  if (name == "range") return Member::range;
  if (name == "majorDimension") return Member::major_dimension;
  if (name == "values") return Member::values;
  if (name == "valueRanges") return Member::value_ranges;
  if (name == "error") return Member::error;
  return Member::other;
}

/// Reads the members of the open object until one needs its reader's attention, or to the closing
/// brace. `fresh`: none came before.
SheetReader::Impl::Met SheetReader::Impl::read_members(bool fresh) {
  for (;; fresh = false) {
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
    const Met met = read_member(member);
    if (met != Met::more) return met;
  }
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

}  // namespace listing_sync
