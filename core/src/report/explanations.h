// What a held entry's code means, for the person who corrects the sheet.
#pragma once

#include <string>

namespace listing_sync {

/// One English sentence for a code of cells.h and of the row rules; the code itself for any other
/// (a
/// SQLSTATE), which then has a message of its own.
[[nodiscard]] std::string explain_code(const std::string& code);

}  // namespace listing_sync
