// Reading one JSON object of a mapping member by member; what is wrong goes into a FaultList.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapping/document.h"
#include "mapping/fault_list.h"

namespace listing_sync::mapping {

enum class Need : std::uint8_t { optional, required };

/// A view of one object. Every reader answers nullopt (or nothing) where the member is absent or
/// wrong; wrong, and absent where it is required, have then been reported.
class Fields {
 public:
  /// `object` must be of that kind and outlive this view.
  Fields(const Value& object, std::string path, FaultList& faults)
      : object_(object), path_(std::move(path)), faults_(faults) {}

  /// Fault unknown_field for every member that is not in `known`.
  void refuse_unknown(std::span<const std::string_view> known) const;

  [[nodiscard]] const Value* find(std::string_view name) const { return object_.find(name); }
  [[nodiscard]] const Value* find_array(std::string_view name, Need need) const;
  [[nodiscard]] const Value* find_object(std::string_view name, Need need) const;

  /// A text that is not blank.
  [[nodiscard]] std::optional<std::string> text(std::string_view name, Need need) const;
  /// A list of texts that are not blank, at least one.
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  /// The same, or one text alone.
  [[nodiscard]] std::vector<std::string> text_or_texts(std::string_view name, Need need) const;
  [[nodiscard]] std::optional<bool> flag(std::string_view name) const;
  [[nodiscard]] std::optional<std::uint32_t> whole(std::string_view name, std::uint32_t min,
                                                   std::uint32_t max) const;
  /// A decimal, plainly written: a JSON number, or a text that keeps all its digits.
  [[nodiscard]] std::optional<std::string> decimal(std::string_view name) const;

  /// One of `names`, as the enumerator that stands at its place.
  template <class Enum, std::size_t N>
  [[nodiscard]] std::optional<Enum> choice(std::string_view name,
                                           const std::array<std::string_view, N>& names,
                                           Need need = Need::optional) const {
    const auto index = choice_index(name, names, need);
    return index ? std::optional(static_cast<Enum>(*index)) : std::nullopt;
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path_of(std::string_view name) const {
    return member_path(path_, name);
  }
  void fault(std::string_view code, std::string_view name, std::string message) const {
    faults_.add(code, path_of(name), std::move(message));
  }
  [[nodiscard]] FaultList& faults() const { return faults_; }

 private:
  [[nodiscard]] const Value* find_needed(std::string_view name, Need need,
                                         std::string_view expected) const;
  [[nodiscard]] std::optional<std::size_t> choice_index(std::string_view name,
                                                        std::span<const std::string_view> names,
                                                        Need need) const;

  const Value& object_;
  std::string path_;
  FaultList& faults_;
};

/// A text that is not blank, at `path`; else nullopt and the fault (wrong_type, empty).
[[nodiscard]] std::optional<std::string> read_text(const Value& value, const std::string& path,
                                                   FaultList& faults);
/// `a, b, c`.
[[nodiscard]] std::string joined(std::span<const std::string_view> names);

}  // namespace listing_sync::mapping
