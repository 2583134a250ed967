// From row to row, and the loop over the cells of a row: the hottest lines of the core. All that a
// cell takes is inline from scanner.h.
#include <cstddef>
#include <vector>

#include "listing_sync/sheet.h"
#include "sheet/sheet_reader_impl.h"

namespace listing_sync {

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
bool SheetReader::Impl::read_row(std::vector<Cell>& cells, sheet::Arena* strings) {
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

/// The rest of the current range, checked but not decoded; true at its end, state closed.
bool SheetReader::Impl::skip_rows() {
  while (step_to_row()) {
    if (!read_row(skipped, nullptr)) return false;
  }
  return state == State::closed;
}

}  // namespace listing_sync
