// One column of a mapping: its fields, their defaults and which policies fit which type.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "listing_sync/mapping.h"
#include "mapping/document.h"
#include "mapping/fault_list.h"
#include "mapping/fields.h"

namespace listing_sync::mapping {

/// Reads one item of `columns`; a column with faults holds what could be read.
[[nodiscard]] Column read_column(const Value& item, const std::string& path, FaultList& faults);

/// Reads a column without header and name: its type by name and the object of its policies.
[[nodiscard]] Column read_nameless_column(std::string_view type, const Value& policies,
                                          FaultList& faults);

/// What holds for the key column alone. Makes it `invalid: row`; faults: conflict.
void check_key_column(const std::string& path, Column& column, FaultList& faults);

/// Reads an optional pattern. Faults: bad_pattern, pattern_too_large.
[[nodiscard]] std::optional<Pattern> read_pattern(const Fields& fields, std::string_view name);

/// Reads the name of something in the database. Fault: bad_name.
[[nodiscard]] std::optional<std::string> read_name(const Fields& fields, std::string_view name,
                                                   std::size_t bytes_max);

}  // namespace listing_sync::mapping
