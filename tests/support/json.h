// JSON as tests need it: read what the engine wrote, write what the models answer. Numbers keep
// their digits (hashes have 64 bits). Test files never include the core's JSON library.
//
// A document is one copy of its text and one array of nodes that point into it; a Json is a handle
// on a node and keeps the document alive. Cheap to copy, not to be shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace listing_sync::testing {

struct JsonDocument;
struct JsonNode;
class JsonItems;

class Json {
 public:
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  /// Throws std::runtime_error where `text` is not exactly one JSON value.
  static Json parse(std::string_view text);

  Json() = default;  ///< null
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(Json other) noexcept;
  ~Json();

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is_null() const { return kind() == Kind::null; }
  /// A string's content; numbers and booleans as written; "" for null and containers.
  [[nodiscard]] std::string text() const { return std::string(view()); }
  /// The value as it stood in the document, byte for byte; "" where there was none.
  [[nodiscard]] std::string raw() const { return std::string(raw_view()); }
  /// The same without a copy: valid while any handle on the document lives.
  [[nodiscard]] std::string_view view() const;
  [[nodiscard]] std::string_view raw_view() const;
  /// A whole number, 0 for what is none.
  [[nodiscard]] std::uint64_t number() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] bool flag() const { return kind() == Kind::boolean && view() == "true"; }

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] JsonItems items() const;
  /// The name of the member at `index`, of an object.
  [[nodiscard]] std::string_view name(std::size_t index) const;
  /// Whether there is such a member, be it null.
  [[nodiscard]] bool has(std::string_view name) const;
  /// A member or element; null where there is none, so that paths may be walked without asking.
  Json operator[](std::string_view name) const;
  Json operator[](std::size_t index) const;

 private:
  friend class JsonItems;
  Json(JsonDocument* document, std::uint32_t node);
  [[nodiscard]] const JsonNode* node() const;

  JsonDocument* document_ = nullptr;
  std::uint32_t node_ = 0;
};

/// The elements of an array or the members' values of an object, for range-based loops.
class JsonItems {
 public:
  class Iterator {
   public:
    using difference_type = std::ptrdiff_t;
    using value_type = Json;
    using pointer = const Json*;
    using reference = Json;
    using iterator_category = std::input_iterator_tag;

    Iterator(const JsonItems* items, std::size_t at) : items_(items), at_(at) {}
    Json operator*() const { return (*items_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const JsonItems* items_;
    std::size_t at_;
  };

  explicit JsonItems(Json parent);
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// The item at `index`, which must be there.
  Json operator[](std::size_t index) const {
    return {parent_.document_, first_ + static_cast<std::uint32_t>(index)};
  }
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size_}; }

 private:
  Json parent_;
  std::uint32_t first_ = 0;
  std::size_t size_ = 0;
};

/// `text` as a JSON string.
[[nodiscard]] std::string quoted(std::string_view text);
/// {"name":value,…} of JSON texts.
[[nodiscard]] std::string object(
    const std::vector<std::pair<std::string_view, std::string>>& members);
[[nodiscard]] std::string array(const std::vector<std::string>& items);

/// Writes an object member by member into one string. Names need no escapes.
class ObjectText {
 public:
  ObjectText& json(std::string_view name, std::string_view value);
  ObjectText& text(std::string_view name, std::string_view value);
  /// "" is written as null.
  ObjectText& text_or_null(std::string_view name, std::string_view value);
  ObjectText& number(std::string_view name, std::uint64_t value);
  ObjectText& flag(std::string_view name, bool value);
  /// "name":value,… as they are.
  ObjectText& members(std::string_view json);
  /// The object; nothing can be added afterwards.
  std::string done();

 private:
  void begin(std::string_view name);
  std::string text_ = "{";
};

}  // namespace listing_sync::testing
