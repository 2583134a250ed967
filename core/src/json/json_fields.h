// Reading small documents: a wrong or missing field gives the fallback, never a trap.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace listing_sync {

/// A document of at most `kDepthMax` nested containers; else, or where it is no JSON, a discarded
/// value. The bound is looked at before parsing: copying and printing a document recurse.
constexpr std::size_t kDepthMax = 64;
[[nodiscard]] nlohmann::json parse_document(std::string_view text);

inline std::string text_field(const nlohmann::json& object, const char* name,
                              const char* fallback = "") {
  if (!object.is_object()) return fallback;
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : fallback;
}

inline std::uint64_t number_field(const nlohmann::json& object, const char* name,
                                  std::uint64_t fallback = 0) {
  if (!object.is_object()) return fallback;
  const auto found = object.find(name);
  if (found == object.end()) return fallback;
  if (found->is_number_unsigned()) return found->get<std::uint64_t>();
  if (!found->is_number_float()) return fallback;
  const double value = found->get<double>();
  return value >= 0 && value < 9e15 ? static_cast<std::uint64_t>(value) : fallback;
}

inline bool flag_field(const nlohmann::json& object, const char* name) {
  if (!object.is_object()) return false;
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// The member, or null where there is none.
inline const nlohmann::json& member(const nlohmann::json& object, const char* name) {
  static const nlohmann::json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(name);
  return found != object.end() ? *found : kNull;
}

/// Never throws, whatever the bytes: invalid UTF-8 is replaced.
inline std::string dump(const nlohmann::json& document) {
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace listing_sync
