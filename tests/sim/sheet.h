// The sheet with its whole history: what people see now, what every row held before, and what
// values:batchGet answers of it. Time is counted in moments: the number of changes of the world so
// far, so that "before" and "after" are never in doubt.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/columns.h"
#include "support/http.h"

namespace listing_sync::sim {

using Moment = std::uint64_t;
constexpr Moment kNever = UINT64_MAX;

enum class KeyKind : std::uint8_t { listing, foreign, blank, error };

/// What a row says. `key` is what is stored (listing) or typed (foreign); values are numbers of
/// SimColumn::values, the one of the key column is not used.
struct Content {
  KeyKind kind = KeyKind::listing;
  std::string key, key_cell;
  std::vector<std::uint16_t> values;
  bool operator==(const Content&) const = default;
};

/// What a row says for a while: [since, until).
struct Version {
  Content content;
  Moment since = 0, until = kNever;
};

struct SheetRow {
  Version now;                ///< until: kNever while the row stands in the sheet
  std::vector<Version> past;  ///< oldest first
  // Made when first needed.
  std::string line, image[kMappings];
  std::uint64_t line_of = 0;
  bool imaged[kMappings] = {};
  [[nodiscard]] bool stands() const { return now.until == kNever; }
};

/// Rows without a readable key have a history too, under these names.
constexpr std::string_view kNoKey = "(none)", kErrorKey = "(error)";

/// Where a key stood, and how often.
struct KeyHistory {
  std::vector<SheetRow*> rows;                           ///< that ever had the key
  std::vector<std::pair<Moment, std::uint32_t>> counts;  ///< standing rows, from that moment on
  [[nodiscard]] std::uint32_t count() const { return counts.empty() ? 0 : counts.back().second; }
  /// True if `wanted(count)` held at some moment in [since, now].
  template <class Predicate>
  [[nodiscard]] bool ever(Moment since, Predicate wanted) const {
    std::uint32_t before = 0;
    for (const auto& [moment, standing] : counts) {
      if (moment > since && wanted(before)) return true;
      before = standing;
    }
    return wanted(before);
  }
};

class Sheet {
 public:
  Sheet(const Columns& columns, std::uint64_t header_row, std::uint64_t grid_spare);

  [[nodiscard]] const std::vector<SheetRow*>& rows() const { return order_; }
  [[nodiscard]] const KeyHistory* key(std::string_view key) const;
  [[nodiscard]] Moment moment() const { return moment_; }
  /// Something happened that may be asked for later.
  Moment tick() { return ++moment_; }
  [[nodiscard]] Moment edited_at() const { return edited_at_; }
  [[nodiscard]] bool header_is_sound() const { return header_sound_; }
  /// True if header row and tab were right all the time since `moment`.
  [[nodiscard]] bool header_was_sound_since(Moment moment) const {
    return header_sound_ && !tab_gone_ && unsound_until_ <= moment;
  }
  [[nodiscard]] Content blank_content() const;
  /// Blank in every column the mapping knows.
  [[nodiscard]] bool is_blank(const Content& content, std::size_t mapping = 0) const;
  /// Content without a readable key: the row is held by what stands in its cells.
  [[nodiscard]] bool has_no_key(const Content& content, std::size_t mapping) const;
  [[nodiscard]] std::string cells_of(const Content& content, std::size_t mapping) const;
  /// True if the row is written under that mapping; else it is held, or has no usable key.
  [[nodiscard]] bool is_written(const Content& content, std::size_t mapping) const;
  /// The row object that must be sent for this row.
  const std::string& image(SheetRow& row, std::size_t mapping) const;
  [[nodiscard]] std::string image_of(const Content& content, std::size_t mapping) const;
  [[nodiscard]] const Columns& columns() const { return columns_; }

  // Edits. `at` counts rows below the header from 0.
  void insert(std::size_t at, Content content);
  void remove(std::size_t at);
  void change(std::size_t at, Content content);
  void move(std::size_t from, std::size_t to);
  template <class Order>
  void reorder(Order order) {
    order(order_);
    touch();
  }
  void move_column(std::size_t from, std::size_t to);
  void insert_filler_column(std::size_t at);
  void spoil_header_of(std::size_t column, std::string name);
  void mend_header();
  void set_tab_gone(bool gone);
  void set_grid_spare(std::uint64_t spare) { grid_spare_ = spare; }

  /// Answers GET `path` (values:batchGet).
  [[nodiscard]] testing::Outcome answer(std::string_view path);

 private:
  void touch() { edited_at_ = ++moment_; }
  void relayout();
  void count_key(SheetRow& row, int by);
  [[nodiscard]] std::string_view identity(const Content& content) const;
  void append_range(std::string& out, std::string_view cells);
  void append_rows(std::string& out, std::uint32_t first, std::uint32_t last, std::size_t column,
                   std::size_t column_end);
  const std::string& line(SheetRow& row, std::size_t column_end);
  void append_cell(std::string& out, const Content& content, std::size_t physical) const;
  void append_header(std::string& out, std::size_t column, std::size_t column_end) const;
  [[nodiscard]] std::uint32_t grid_rows() const;

  const Columns& columns_;
  std::uint64_t header_row_, grid_spare_;
  std::deque<SheetRow> all_;
  std::vector<SheetRow*> order_;
  std::unordered_map<std::string, KeyHistory> keys_;
  std::vector<int> physical_;  ///< number of the column, or -1: nobody asked for it
  std::string spoiled_;        ///< the name a header has instead of its own
  std::size_t spoiled_at_ = SIZE_MAX;
  bool header_sound_ = true, tab_gone_ = false;
  Moment moment_ = 1, edited_at_ = 0, unsound_until_ = 0;
  std::uint64_t layout_ = 1;
  std::size_t answer_size_ = 1000;  ///< the largest so far
};

}  // namespace listing_sync::sim
