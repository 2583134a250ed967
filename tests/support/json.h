// JSON as tests need it: read what the engine wrote, write what the models answer. Numbers keep
// their digits (hashes have 64 bits). Test files never include the core's JSON library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace listing_sync::testing {

class Json {
 public:
  enum class Kind { null, boolean, number, string, array, object };

  /// Throws std::runtime_error where `text` is not exactly one JSON value.
  static Json parse(std::string_view text);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_null() const { return kind_ == Kind::null; }
  /// A string's content; numbers and booleans as written.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// The value as it stood in the document, byte for byte.
  [[nodiscard]] const std::string& raw() const { return raw_; }
  [[nodiscard]] std::uint64_t number() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] bool flag() const { return kind_ == Kind::boolean && text_ == "true"; }

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] const std::vector<Json>& items() const { return items_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// A member or element; null where there is none, so that paths may be walked without asking.
  const Json& operator[](std::string_view name) const;
  const Json& operator[](std::size_t index) const;

 private:
  friend class JsonParser;
  Kind kind_ = Kind::null;
  std::string text_, raw_;
  std::vector<std::string> names_;
  std::vector<Json> items_;
};

/// `text` as a JSON string.
[[nodiscard]] std::string quoted(std::string_view text);
/// {"name":value,…} of JSON texts.
[[nodiscard]] std::string object(
    const std::vector<std::pair<std::string_view, std::string>>& members);
[[nodiscard]] std::string array(const std::vector<std::string>& items);

}  // namespace listing_sync::testing
