// A recursive descent reader; the documents of tests are shallow and well formed.
#include "support/json.h"

#include <algorithm>
#include <stdexcept>

#include "listing_sync/text.h"

namespace listing_sync::testing {

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}

  Json document() {
    Json value = this->value();
    skip_space();
    if (at_ != text_.size()) fail();
    return value;
  }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error("not JSON at byte " + std::to_string(at_) + ": " +
                             std::string(text_.substr(0, 200)));
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  char next() {
    if (at_ == text_.size()) fail();
    return text_[at_++];
  }
  void expect(char c) {
    if (next() != c) fail();
  }

  Json value() {
    skip_space();
    const std::size_t start = at_;
    Json json;
    if (peek() == '{' || peek() == '[') {
      container(json);
    } else if (peek() == '"') {
      json.kind_ = Json::Kind::string;
      string(json.text_);
    } else {
      word(json);
    }
    json.raw_ = text_.substr(start, at_ - start);
    return json;
  }

  void container(Json& json) {
    const bool is_object = next() == '{';
    const char close = is_object ? '}' : ']';
    json.kind_ = is_object ? Json::Kind::object : Json::Kind::array;
    skip_space();
    if (peek() == close) return void(next());
    for (;;) {
      if (is_object) {
        skip_space();
        string(json.names_.emplace_back());
        skip_space();
        expect(':');
      }
      json.items_.push_back(value());
      skip_space();
      if (peek() == close) return void(next());
      expect(',');
    }
  }

  void word(Json& json) {
    const std::size_t start = at_;
    while (at_ < text_.size() && std::string_view(",]} \t\r\n").find(text_[at_]) == text_.npos)
      ++at_;
    json.text_ = text_.substr(start, at_ - start);
    if (json.text_ == "null") return;
    const bool boolean = json.text_ == "true" || json.text_ == "false";
    json.kind_ = boolean ? Json::Kind::boolean : Json::Kind::number;
    if (!boolean && json.text_.find_first_not_of("0123456789+-.eE") != std::string::npos) fail();
    if (json.text_.empty()) fail();
  }

  void string(std::string& out) {
    expect('"');
    for (char c = next(); c != '"'; c = next()) {
      if (c != '\\') {
        out += c;
      } else {
        escape(out);
      }
    }
  }

  void escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt", kBytes = "\"\\/\b\f\n\r\t";
    const char c = next();
    if (const auto at = kNames.find(c); at != kNames.npos) {
      out += kBytes[at];
      return;
    }
    // The engine escapes control characters only: all below U+0080.
    if (c != 'u' || text_.substr(at_, 2) != "00") fail();
    out += static_cast<char>(std::stoi(std::string(text_.substr(at_ + 2, 2)), nullptr, 16));
    at_ += 4;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Json Json::parse(std::string_view text) { return JsonParser(text).document(); }

std::uint64_t Json::number() const { return kind_ == Kind::number ? std::stoull(text_) : 0; }

std::int64_t Json::integer() const { return kind_ == Kind::number ? std::stoll(text_) : 0; }

const Json& Json::operator[](std::string_view name) const {
  static const Json kNothing;
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found == names_.end() ? kNothing
                               : items_[static_cast<std::size_t>(found - names_.begin())];
}

const Json& Json::operator[](std::size_t index) const {
  static const Json kNothing;
  return index < items_.size() ? items_[index] : kNothing;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string object(const std::vector<std::pair<std::string_view, std::string>>& members) {
  std::string out = "{";
  for (const auto& [name, value] : members) {
    if (out.size() > 1) out += ',';
    out += quoted(name) + ':' + value;
  }
  return out + '}';
}

std::string array(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ',';
    out += item;
  }
  return out + ']';
}

}  // namespace listing_sync::testing
