// Collecting faults.
#include "mapping/fault_list.h"

#include <algorithm>

#include "text/pattern_class.h"
#include "text/pattern_utf8.h"

namespace listing_sync::mapping {
namespace {

constexpr std::size_t kQuotedPointsMax = 60;

/// `text` without line breaks and other control characters, cut after kQuotedPointsMax code points.
std::string shown(std::string_view text) {
  std::string result;
  std::size_t points = 0;
  for (std::size_t at = 0; at < text.size(); ++points) {
    if (points == kQuotedPointsMax) return result + "…";
    const pattern::Decoded decoded = pattern::decode(text, at);
    const bool printable = decoded.valid && decoded.point >= ' ' && decoded.point != 0x7F;
    result += printable ? text.substr(at, decoded.size) : std::string_view(" ");
    at += decoded.size;
  }
  return result;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return pattern::is_word(static_cast<unsigned char>(c)) || c == '$';
  });
}

}  // namespace

void FaultList::add(std::string_view code, std::string where, std::string message) {
  if (full()) {
    ++left_out_;
    return;
  }
  faults_.push_back({std::string(code), std::move(where), std::move(message)});
}

Faults FaultList::take() {
  if (left_out_ != 0) {
    faults_.push_back(
        {"more_faults", "$", std::to_string(left_out_) + " further faults are not shown"});
  }
  return std::move(faults_);
}

std::string in_quotes(std::string_view text) {
  return std::string("\"").append(shown(text)).append("\"");
}

std::string member_path(const std::string& path, std::string_view name) {
  if (is_plain_name(name)) return path + "." + std::string(name);
  std::string result = path + "['";
  for (const char c : shown(name)) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "']";
}

std::string item_path(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

}  // namespace listing_sync::mapping
