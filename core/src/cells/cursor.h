// A place in a text being read by one of the small grammars (numbers, dates). Moves forwards only.
#pragma once

#include <cstddef>
#include <string_view>

#include "text/white_space.h"

namespace listing_sync {

/// `rest` is what has not been read yet.
struct Cursor {
  std::string_view rest;

  [[nodiscard]] bool at_end() const { return rest.empty(); }
  [[nodiscard]] bool at_digit() const {
    return !rest.empty() && rest.front() >= '0' && rest.front() <= '9';
  }
  /// Moves over `literal` (never empty) if it stands here. Most do not: the first byte tells.
  bool skip(std::string_view literal) {
    if (rest.empty() || rest.front() != literal.front()) return false;
    if (rest.substr(0, literal.size()) != literal) return false;
    rest.remove_prefix(literal.size());
    return true;
  }
  /// Moves over white space; true if there was any.
  bool skip_white_space() {
    const std::size_t before = rest.size();
    while (const std::size_t size = leading_white_space(rest)) rest.remove_prefix(size);
    return rest.size() != before;
  }
  /// Takes the run of ASCII digits that stands here.
  std::string_view take_digits() {
    const std::string_view from = rest;
    while (at_digit()) rest.remove_prefix(1);
    return from.substr(0, from.size() - rest.size());
  }
};

}  // namespace listing_sync
