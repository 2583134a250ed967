// A second opinion on Sheets answers: nlohmann's parser and a plain reading of sheet.h's promises,
// with no line in common with the reader under test. For the fuzz target and its doctest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "listing_sync/sheet.h"

namespace listing_sync::fuzz {

struct OracleCell {
  CellKind kind = CellKind::missing;
  bool lone_surrogate = false;
  std::string text;   // of strings and booleans
  double number = 0;  // of numbers
};

struct OracleRange {
  std::string range;
  std::vector<std::vector<OracleCell>> rows;
};

/// `unknown`: nlohmann cannot say. There are two such cases: a number too large for a double (it
/// refuses those, the reader keeps digits), and U+FDD0 in the answer (the oracle marks unpaired
/// surrogates with it, because nlohmann refuses those too).
enum class Verdict { accepted, refused, unknown };

struct OracleAnswer {
  Verdict verdict = Verdict::refused;
  std::vector<OracleRange> ranges;
};

/// Where nlohmann is more lenient than RFC 8259 the oracle is not: a NUL byte ends nlohmann's input
/// (`{}` NUL garbage would pass) and a byte order mark is skipped by it; both are refused here.
[[nodiscard]] OracleAnswer ask_oracle(std::string_view body, const SheetLimits& limits);

/// Reads `body` with SheetReader in several ways and compares: the same verdict, equal ranges and
/// cells, verbatim as promised, faults well formed and the same however the answer is read, every
/// cut of an accepted answer refused. Empty where all agree, else what does not.
[[nodiscard]] std::string differences(std::string_view body, const SheetLimits& limits = {});

}  // namespace listing_sync::fuzz
