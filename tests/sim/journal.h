// What happened, line by line, for people who look at a failure. Keeps the last lines, or all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace listing_sync::sim {

class Journal {
 public:
  explicit Journal(bool on) : on_(on) {}
  /// Lines cost time: ask before making one.
  [[nodiscard]] bool on() const { return on_; }
  void say(std::uint64_t now_ms, const std::string& line) {
    if (!on_) return;
    const std::string ms = std::to_string(now_ms % 1000);
    lines_.push_back(std::to_string(now_ms / 1000) + "." + std::string(3 - ms.size(), '0') + ms +
                     "  " + line);
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  bool on_;
  std::vector<std::string> lines_;
};

}  // namespace listing_sync::sim
