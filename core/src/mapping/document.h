// The mapping's bytes as a tree of JSON values. Keeps what a mapping needs and parsers drop: the
// digits of numbers as written, the order of members, the places of duplicate ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/fault_list.h"

namespace listing_sync::mapping {

inline constexpr std::size_t kDocumentBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kDepthMax = 64;

enum class ValueKind : std::uint8_t { null, boolean, number, text, list, object };

struct Value {
  ValueKind kind = ValueKind::null;
  bool boolean = false;
  std::string text;                ///< a text, or a number's digits
  std::vector<std::string> names;  ///< of an object: names[i] belongs to items[i]
  std::vector<Value> items;        ///< of a list or an object

  /// The member of this name, or null.
  [[nodiscard]] const Value* find(std::string_view name) const;
};

/// "a text", "a list", … for messages.
[[nodiscard]] std::string_view kind_name(const Value& value);

/// Reads a whole document; nullopt where it cannot be read further. Faults: not_json (where: "byte
/// N"), too_large, too_deep, bad_decimal (a number beyond every double), duplicate_field (reading
/// goes on).
[[nodiscard]] std::optional<Value> read_document(std::string_view json, FaultList& faults);

}  // namespace listing_sync::mapping
