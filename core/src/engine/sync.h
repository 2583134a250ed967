// The life of one run within one invocation. Events come in through on_event(); what happens next
// is decided in advance(), the only place that starts a request. One file per event: on_claim.cpp,
// on_sheet.cpp, on_commit.cpp, on_end.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "database/requests.h"
#include "engine/circuit.h"
#include "engine/lane.h"
#include "engine/options.h"
#include "engine/outbox.h"
#include "listing_sync/edges.h"
#include "transform/reads.h"

namespace listing_sync {

class Sync {
 public:
  Sync(Mapping mapping, Options options, Outbox& outbox);
  void start(std::uint64_t now_ms);
  void on_event(Event& event);
  [[nodiscard]] State state() const { return state_; }

 private:
  enum class Call : std::uint8_t { claim, commit, close, yield };
  enum class End : std::uint8_t { none, close, yield };
  struct Cause {
    std::string code, message;
  };

  struct Rest {
    Cause cause;
    std::uint64_t ms;
  };

  // on_claim.cpp: the lease
  void send_claim();
  void on_claim_reply(Reply reply);
  void on_granted(const nlohmann::json& answer);
  void recall(const nlohmann::json& state);
  void recall_circuits(const nlohmann::json& answer, std::uint64_t ahead_ms);
  [[nodiscard]] std::uint64_t rest_ms() const;
  void select_keys(const nlohmann::json& keys);

  // on_sheet.cpp: reading
  void open_sheet();
  void send_read(Read read);
  void on_sheet_reply(Reply reply);
  void on_page(std::unique_ptr<Page> page, const Read& read);
  void on_broken_answer(const Fault& fault, Read read);
  void take_back_reads();
  void forget_plan();
  void on_too_large(const Read& read);
  void on_range_refused(const Read& read, const Verdict& verdict);
  void use_page(std::unique_ptr<Page> page);
  void plan_pages(std::uint32_t row);
  void plan_rows(const std::vector<std::uint32_t>& rows, std::uint32_t tail = 0);
  void reopen(const Read& read);
  void measure_rows(const Page& page);
  void size_pages();
  [[nodiscard]] std::vector<std::uint32_t> unseen_rows(std::uint32_t row) const;

  // on_commit.cpp: writing
  void send_commit();
  void on_commit_reply(Reply reply);
  void on_commit_given_up(const Reply& reply);
  void on_committed(const nlohmann::json& answer);
  void on_rows_locked(const nlohmann::json& keys);
  void cut_part(const Verdict& verdict);
  [[nodiscard]] std::string lone_row() const;
  [[nodiscard]] bool next_part();
  [[nodiscard]] bool fill(Batch& batch);
  void hold_keys(const std::vector<std::pair<std::uint64_t, std::string>>& keys,
                 std::string_view code, std::string_view message);

  // on_end.cpp: closing and yielding
  void close(std::string code, std::string message);
  void complete();
  void yield(std::string code, std::string message, std::uint64_t resume_in_ms);
  void send_end();
  void on_end_reply(Reply reply);
  void give_up(const Reply& reply);
  void finish(std::string_view outcome, const Cause& cause, bool more);

  // sync.cpp: what happens next
  void dispatch(Event& event);
  void advance();
  void advance_database();
  void advance_sheets();
  void settle();
  void settle_rows(const std::vector<std::uint32_t>& rows, std::uint32_t tail);
  [[nodiscard]] bool settle_keyless();
  [[nodiscard]] bool whole_fits() const;
  void hold_absent();
  void hold_locked();
  [[nodiscard]] bool settled() const;
  void call(Call what, std::string path, std::string body);
  [[nodiscard]] Memory memory(std::uint32_t next_row) const;
  [[nodiscard]] nlohmann::json grant_json() const;
  [[nodiscard]] bool affords(std::uint64_t reserve);
  [[nodiscard]] Allowance afford(std::uint64_t left_ms) const;
  [[nodiscard]] Allowance allowance(const Event& event);
  [[nodiscard]] std::uint64_t work_left_ms() const;
  [[nodiscard]] const std::unordered_set<std::uint64_t>* selection() const;

  Mapping mapping_;
  Options options_;
  Outbox& outbox_;
  Random random_;
  State state_ = State::idle;
  std::uint64_t now_ms_ = 0;
  Circuit database_circuit_, sheets_circuit_;
  Lane database_, sheets_;
  Call call_ = Call::claim;

  // The grant and what came with it.
  Grant grant_;
  bool selective_ = false;
  BatchSize batch_;
  nlohmann::json ledger_, report_;
  std::vector<std::pair<std::uint64_t, std::string>>
      wanted_;  ///< selective: hash and key, as asked
  std::unordered_set<std::uint64_t> selected_;

  // The sheet as it was seen last.
  std::optional<Layout> layout_;
  KeyIndex keys_;
  bool keys_known_ = false;
  std::string keys_digest_;     ///< of the last snapshot, kept from invocation to invocation
  bool sheet_moved_ = false;    ///< two snapshots differ: rows without a key may have been missed
  std::string keyless_digest_;  ///< of the snapshot whose rows without a key were read again
  std::uint32_t grid_rows_ = 0, page_rows_ = 500;
  std::uint32_t next_row_ = 0;    ///< behind what is committed: stored, a hint for the next call
  std::uint32_t passed_row_ = 0;  ///< behind pages that gave nothing to commit
  std::uint32_t resume_row_ = 0;  ///< where pages begin once the keys are known; 0: with the keys
  std::uint64_t bytes_per_row_ = 0;

  // Reading: at most one page in use, one answered, one under way.
  std::deque<Read> plan_;
  std::uint64_t read_delay_ms_ = 0;  ///< before the next read of the plan
  std::optional<Read> reading_;
  std::optional<Rest> reading_ended_;  ///< what was read is committed, then the run is laid down
  bool unwanted_ = false;              ///< what is under way is in the plan again
  std::unique_ptr<Page> page_, answered_;
  std::uint32_t reopened_ = 0, rounds_ = 0, broken_ = 0;
  bool whole_read_ = false;

  // Writing: `sent_` belongs to the commit under way, `prepared_` is filled meanwhile.
  Batch sent_, prepared_;
  std::deque<std::pair<std::size_t, std::size_t>> parts_;  ///< row ranges of sent_ still to commit
  std::uint32_t prepare_timer_ = 0;
  bool selective_waiting_ = false;
  std::vector<std::pair<std::uint64_t, std::string>> locked_;

  // The end.
  End end_ = End::none;
  bool completed_ = false;
  Cause cause_;
  std::uint64_t resume_in_ms_ = 0;
};

}  // namespace listing_sync
