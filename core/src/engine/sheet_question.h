// Where the mapped columns stand in the sheet now, so that a held cell can be pointed at: the tab's
// number and its header row, two requests to Google Sheets.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "engine/circuit.h"
#include "engine/lane.h"
#include "engine/options.h"
#include "engine/outbox.h"
#include "listing_sync/edges.h"

namespace listing_sync {

class SheetQuestion {
 public:
  SheetQuestion(Mapping mapping, Options options, Outbox& outbox);
  void start(std::uint64_t now_ms);
  void on_event(Event& event);
  [[nodiscard]] State state() const { return state_; }

 private:
  void send(std::string path, std::uint64_t now_ms);
  void on_tabs(const Bytes& body, std::uint64_t now_ms);
  void on_header(Bytes body);
  void finish(const HeaderMatch* match, nlohmann::json problem);

  Mapping mapping_;
  Options options_;
  Outbox& outbox_;
  Random random_;
  Circuit circuit_;
  Lane sheets_;
  std::optional<std::uint64_t> gid_;
  State state_ = State::idle;
};

}  // namespace listing_sync
