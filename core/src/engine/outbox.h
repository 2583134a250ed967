// Effects on their way to the host.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "listing_sync/classify.h"

namespace listing_sync {

/// One request as the host is to make it. An empty body means a GET.
struct Request {
  Target target = Target::database;
  std::string path;
  std::string body;
  bool may_cut = false;  ///< a batch: after a known rollback it may be sent in smaller parts
};

class Outbox {
 public:
  /// No answer may be larger; what is sent from now on says so.
  void limit_answers(std::uint64_t bytes_max) { answer_bytes_max_ = bytes_max; }
  /// Answers the id under which the answer will come back.
  std::uint32_t fetch(const Request& request, std::uint64_t timeout_ms, bool renew_credentials);
  std::uint32_t wait(std::uint64_t ms);
  void log(std::string_view level, std::string_view event, nlohmann::json fields);
  void finish(std::string_view outcome, const nlohmann::json& document);

  /// The effects since the last take, as a JSON array.
  [[nodiscard]] std::string take();
  /// Bodies are looked up here until the lane that owns them lets go.
  void disown_body(std::uint32_t id);
  [[nodiscard]] std::string_view body(std::uint32_t id) const;
  [[nodiscard]] std::uint64_t requests(Target target) const;
  /// True after finish(): nothing may follow it.
  [[nodiscard]] bool finished() const { return finished_; }

 private:
  void append(std::string_view effect);
  std::string effects_;
  std::map<std::uint32_t, const std::string*> bodies_;
  std::uint32_t last_id_ = 0;
  bool finished_ = false;
  std::array<std::uint64_t, 3> requests_{};  ///< by target
  std::uint64_t answer_bytes_max_ = std::uint64_t{64} << 20;
};

}  // namespace listing_sync
