// A recursive descent reader; the documents of tests are shallow and well formed.
#include "support/json.h"

#include <charconv>
#include <stdexcept>

#include "listing_sync/text.h"

namespace listing_sync::testing {

struct JsonNode {
  std::uint32_t raw_at = 0, raw_size = 0;  // in JsonDocument::bytes
  std::uint32_t text_at = 0,
                text_size = 0;  // behind the document where escapes were decoded
  std::uint32_t name_at = 0, name_size = 0;
  std::uint32_t first = 0, count = 0;  // the items stand side by side
  Json::Kind kind = Json::Kind::null;
};

struct JsonDocument {
  std::string bytes;            // the document, then what escapes in it stood for
  std::vector<JsonNode> nodes;  // the root is the last
  std::size_t handles = 0;
};

namespace {

class JsonParser {
 public:
  explicit JsonParser(JsonDocument& document)
      : document_(document), text_(document.bytes.data()), size_(document.bytes.size()) {}

  /// Leaves the root as the last node.
  void read() {
    document_.nodes.reserve(size_ / 12 + 1);
    JsonNode root;
    value(root);
    skip_space();
    if (at_ != size_) fail();
    document_.nodes.push_back(root);
    document_.bytes += decoded_;
  }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error("not JSON at byte " + std::to_string(at_) + ": " +
                             document_.bytes.substr(0, 200));
  }
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
  void skip_space() {
    while (at_ < size_ && is_space(text_[at_])) ++at_;
  }
  [[nodiscard]] char peek() const { return at_ < size_ ? text_[at_] : '\0'; }
  char next() {
    if (at_ == size_) fail();
    return text_[at_++];
  }
  void expect(char c) {
    if (next() != c) fail();
  }
  static std::uint32_t narrow(std::size_t number) { return static_cast<std::uint32_t>(number); }

  void value(JsonNode& node) {
    skip_space();
    node.raw_at = narrow(at_);
    if (peek() == '{' || peek() == '[') {
      container(node);
    } else if (peek() == '"') {
      node.kind = Json::Kind::string;
      string(node.text_at, node.text_size);
    } else {
      word(node);
    }
    node.raw_size = narrow(at_) - node.raw_at;
  }

  // Items are collected on a stack of their own, as theirs are stored before they are complete.
  void container(JsonNode& node) {
    const bool is_object = next() == '{';
    const char close = is_object ? '}' : ']';
    node.kind = is_object ? Json::Kind::object : Json::Kind::array;
    const std::size_t base = pending_.size();
    skip_space();
    if (peek() == close) return void(next());
    for (;;) {
      JsonNode item;
      if (is_object) {
        skip_space();
        string(item.name_at, item.name_size);
        skip_space();
        expect(':');
      }
      value(item);
      pending_.push_back(item);
      skip_space();
      const char after = next();
      if (after == close) break;
      if (after != ',') fail();
    }
    node.first = narrow(document_.nodes.size());
    node.count = narrow(pending_.size() - base);
    const auto begin = pending_.begin() + static_cast<std::ptrdiff_t>(base);
    document_.nodes.insert(document_.nodes.end(), begin, pending_.end());
    pending_.erase(begin, pending_.end());
  }

  void word(JsonNode& node) {
    const std::size_t start = at_;
    bool numeric = true;
    for (; at_ < size_; ++at_) {
      const char c = text_[at_];
      if (c == ',' || c == ']' || c == '}' || is_space(c)) break;
      const bool digit = c >= '0' && c <= '9';
      numeric = numeric && (digit || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E');
    }
    const std::string_view word(text_ + start, at_ - start);
    if (word == "null") return;
    const bool boolean = !numeric && (word == "true" || word == "false");
    node.kind = boolean ? Json::Kind::boolean : Json::Kind::number;
    if (word.empty() || !(numeric || boolean)) fail();
    node.text_at = narrow(start);
    node.text_size = narrow(word.size());
  }

  void string(std::uint32_t& at, std::uint32_t& size) {
    expect('"');
    const std::size_t start = at_;
    while (at_ < size_ && text_[at_] != '"' && text_[at_] != '\\') ++at_;
    if (peek() == '"') {
      at = narrow(start);
      size = narrow(at_++ - start);
      return;
    }
    const std::size_t decoded_at = decoded_.size();
    decoded_.append(text_ + start, at_ - start);
    for (char c = next(); c != '"'; c = next()) {
      if (c == '\\') {
        escape();
        continue;
      }
      const std::size_t run = at_ - 1;
      while (at_ < size_ && text_[at_] != '"' && text_[at_] != '\\') ++at_;
      decoded_.append(text_ + run, at_ - run);
    }
    at = narrow(size_ + decoded_at);
    size = narrow(decoded_.size() - decoded_at);
  }

  void escape() {
    constexpr std::string_view kNames = "\"\\/bfnrt", kBytes = "\"\\/\b\f\n\r\t";
    const char c = next();
    if (const auto at = kNames.find(c); at != kNames.npos) {
      decoded_ += kBytes[at];
      return;
    }
    // The engine escapes control characters only: all below U+0080.
    if (c != 'u' || size_ - at_ < 4 || text_[at_] != '0' || text_[at_ + 1] != '0') fail();
    unsigned code = 0;
    const char* const digits = text_ + at_ + 2;
    if (std::from_chars(digits, digits + 2, code, 16).ptr != digits + 2 || code > 0x7F) fail();
    decoded_ += static_cast<char>(code);
    at_ += 4;
  }

  JsonDocument& document_;
  const char* text_;
  std::size_t size_, at_ = 0;
  std::string decoded_;
  std::vector<JsonNode> pending_;
};

}  // namespace

Json Json::parse(std::string_view text) {
  auto* const document = new JsonDocument{std::string(text), {}, 0};
  // The handle owns the document from here on: also where the text turns out to be no JSON.
  Json root(document, 0);
  JsonParser(*document).read();
  root.node_ = static_cast<std::uint32_t>(document->nodes.size() - 1);
  return root;
}

Json::Json(JsonDocument* document, std::uint32_t node) : document_(document), node_(node) {
  if (document_ != nullptr) ++document_->handles;
}
Json::Json(const Json& other) : Json(other.document_, other.node_) {}
Json::Json(Json&& other) noexcept : document_(other.document_), node_(other.node_) {
  other.document_ = nullptr;
}
Json& Json::operator=(Json other) noexcept {
  std::swap(document_, other.document_);
  std::swap(node_, other.node_);
  return *this;
}
Json::~Json() {
  if (document_ != nullptr && --document_->handles == 0) delete document_;
}

const JsonNode* Json::node() const {
  return document_ == nullptr ? nullptr : &document_->nodes[node_];
}

Json::Kind Json::kind() const { return document_ == nullptr ? Kind::null : node()->kind; }

std::string_view Json::view() const {
  if (document_ == nullptr) return {};
  return std::string_view(document_->bytes).substr(node()->text_at, node()->text_size);
}

std::string_view Json::raw_view() const {
  if (document_ == nullptr) return {};
  return std::string_view(document_->bytes).substr(node()->raw_at, node()->raw_size);
}

std::uint64_t Json::number() const {
  std::uint64_t number = 0;
  const std::string_view digits = view();
  if (kind() == Kind::number) std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::int64_t Json::integer() const {
  std::int64_t number = 0;
  const std::string_view digits = view();
  if (kind() == Kind::number) std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::size_t Json::size() const { return document_ == nullptr ? 0 : node()->count; }

JsonItems Json::items() const { return JsonItems(*this); }

JsonItems::JsonItems(Json parent) : parent_(std::move(parent)) {
  if (parent_.document_ == nullptr) return;
  first_ = parent_.node()->first;
  size_ = parent_.node()->count;
}

std::string_view Json::name(std::size_t index) const {
  const JsonNode& item = document_->nodes.at(node()->first + index);
  return std::string_view(document_->bytes).substr(item.name_at, item.name_size);
}

bool Json::has(std::string_view name) const {
  for (std::size_t i = 0; kind() == Kind::object && i < size(); ++i)
    if (this->name(i) == name) return true;
  return false;
}

Json Json::operator[](std::string_view name) const {
  for (std::size_t i = 0; kind() == Kind::object && i < size(); ++i)
    if (this->name(i) == name) return {document_, node()->first + static_cast<std::uint32_t>(i)};
  return {};
}

Json Json::operator[](std::size_t index) const {
  if (index >= size()) return {};
  return {document_, node()->first + static_cast<std::uint32_t>(index)};
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string object(const std::vector<std::pair<std::string_view, std::string>>& members) {
  ObjectText out;
  for (const auto& [name, value] : members) out.json(name, value);
  return out.done();
}

std::string array(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ',';
    out += item;
  }
  return out + ']';
}

void ObjectText::begin(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  text_ += '"';
  text_ += name;
  text_ += "\":";
}

ObjectText& ObjectText::json(std::string_view name, std::string_view value) {
  begin(name);
  text_ += value;
  return *this;
}

ObjectText& ObjectText::text(std::string_view name, std::string_view value) {
  begin(name);
  append_json_string(text_, value);
  return *this;
}

ObjectText& ObjectText::text_or_null(std::string_view name, std::string_view value) {
  return value.empty() ? json(name, "null") : text(name, value);
}

ObjectText& ObjectText::number(std::string_view name, std::uint64_t value) {
  return json(name, std::to_string(value));
}

ObjectText& ObjectText::flag(std::string_view name, bool value) {
  return json(name, value ? "true" : "false");
}

ObjectText& ObjectText::members(std::string_view json) {
  if (text_.size() > 1) text_ += ',';
  text_ += json;
  return *this;
}

std::string ObjectText::done() {
  text_ += '}';
  return std::move(text_);
}

}  // namespace listing_sync::testing
