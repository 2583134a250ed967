// What a SheetReader knows between two calls. Three files share it: ranges, rows, members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/sheet.h"
#include "sheet/arena.h"
#include "sheet/scanner.h"

namespace listing_sync {

/// Functions that return bool: true where they came to what they are named for; false at the end of
/// what they step through (their comment says which state that is) or after a fault (state done).
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

  /// The members of an answer that mean something here.
  enum class Member : std::uint8_t { range, major_dimension, values, value_ranges, error, other };

  Impl(std::string_view body, SheetLimits given) : limits(given), scan(body, given.depth_max) {}

  // sheet_reader.cpp: from range to range, and the small steps all share
  bool next_range();
  bool open_answer();
  bool go_on_in_root(bool fresh);
  bool open_element();
  bool end_answer();
  bool stand(const char* place);
  bool fault_at(const char* place, std::string_view code, std::string_view message);
  bool refuse(const char* value, std::size_t around, std::string_view expected);
  bool step_to_item(bool& first);

  // sheet_rows.cpp: from row to row
  bool next_row(std::vector<Cell>& cells);
  bool skip_rows();
  bool step_to_row();
  bool read_row(std::vector<Cell>& cells, sheet::Arena* strings);

  // sheet_members.cpp: from member to member of an object
  static Member member_of(std::string_view name);
  Met read_members(bool fresh);
  Met read_member(Member member);
  bool note(Member member, const char* name_at);
  Met read_text(std::string& out, std::string_view expected);
  Met read_major_dimension();
  Met enter_array(Met inside, std::string_view expected);
  Met skip_member();

  static constexpr unsigned bit(Member member) { return 1U << static_cast<unsigned>(member); }
  [[nodiscard]] bool in_root() const { return depth == 1; }
  [[nodiscard]] bool next_is(char byte) const { return at != scan.end() && *at == byte; }

  SheetLimits limits;
  sheet::Scanner scan;
  const char* at = scan.begin();  // the next byte to read
  State state = State::start;
  Kind kind = Kind::undecided;
  std::size_t depth = 1;  // containers open inside the object whose members are read
  unsigned seen = 0;      // bits of the members of that object that have come
  bool first_element = true;
  bool first_row = true;
  std::string range, major_dimension;
  std::vector<Cell> skipped;    // cells of rows nobody asked for
  sheet::Arena row_strings;     // decoded strings of the current row
  sheet::Arena member_strings;  // of the current member of an object
};

}  // namespace listing_sync
