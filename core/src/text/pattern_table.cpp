// Building the table by asking the simulation itself, and reading it.
#include "text/pattern_table.h"

#include <algorithm>
#include <map>
#include <utility>

#include "text/pattern_utf8.h"

namespace listing_sync::pattern {
namespace {

// In place of a set's number: the answer is known.
constexpr std::uint8_t kYes = 0xFF;
constexpr std::uint8_t kNo = 0xFE;

bool looks_at_neighbours(const Program& program) {
  return std::any_of(
      program.instructions.begin(), program.instructions.end(), [](const Instruction& instruction) {
        const auto assertion = static_cast<Assertion>(instruction.value);
        return instruction.op == Op::assertion && assertion != Assertion::text_begin &&
               assertion != Assertion::text_end;
      });
}

void add_bounds(std::vector<char32_t>& begins, char32_t first, char32_t last) {
  begins.push_back(first);
  if (last < kCodePointLast) begins.push_back(last + 1);
}

std::vector<char32_t> symbol_begins(const Program& program, bool with_neighbours) {
  std::vector<char32_t> begins = {0};
  for (const Instruction& instruction : program.instructions) {
    if (instruction.op == Op::character) {
      add_bounds(begins, instruction.value, instruction.value);
    }
  }
  std::vector<CharClass> classes = program.classes;
  if (with_neighbours) classes.push_back(*perl_class('w'));
  for (const CharClass& members : classes) {
    for (const CodeRange& range : members.ranges()) add_bounds(begins, range.first, range.last);
  }
  if (with_neighbours) add_bounds(begins, '\n', '\n');
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  return begins;
}

}  // namespace

class TableBuilder {
 public:
  explicit TableBuilder(const Program& program)
      : program_(program),
        with_neighbours_(looks_at_neighbours(program)),
        only_at_begin_(starts_at_begin(program)) {}

  std::optional<Table> build() {
    if (program_.instructions.size() > Table::kInstructionsMax) return std::nullopt;
    table_.symbol_begins_ = symbol_begins(program_, with_neighbours_);
    if (table_.symbol_begins_.size() > Table::kSymbolsMax) return std::nullopt;
    table_.row_size_ = table_.symbol_begins_.size() + 1;
    (void)number_of({kNoPoint, {}});
    for (std::size_t set = 0; set < sets_.size(); ++set) {
      if (sets_.size() > Table::kSetsMax) return std::nullopt;
      add_row(set);
    }
    for (char32_t point = 0; point < 128; ++point) {
      table_.ascii_symbols_[point] = static_cast<std::uint8_t>(table_.symbol_of(point));
    }
    return std::move(table_);
  }

 private:
  /// The states a text can be in between two characters, and the kind of character before.
  using Set = std::pair<char32_t, std::vector<State>>;

  std::uint8_t number_of(const Set& set) {
    const auto [known, is_new] = numbers_.emplace(set, static_cast<std::uint8_t>(sets_.size()));
    if (is_new) sets_.push_back(set);
    return known->second;
  }

  void add_row(std::size_t number) {
    const Set set = sets_[number];  // a copy: sets_ grows
    for (const char32_t symbol : table_.symbol_begins_) table_.next_.push_back(step(set, symbol));
    table_.next_.push_back(step(set, kNoPoint));
  }

  std::uint8_t step(const Set& set, char32_t after) {
    StateList now, next;
    for (const State state : set.second) now.add(state);
    if (set.first == kNoPoint || !only_at_begin_) now.add(program_.start);
    if (advance(program_, {set.first, after}, now, next)) return kYes;
    if (after == kNoPoint || (only_at_begin_ && next.size() == 0)) return kNo;
    // More sets than a table holds: build() gives up when it comes to them.
    if (sets_.size() > Table::kSetsMax) return kNo;
    Set following{kind_of(after), {}};
    for (std::size_t i = 0; i < next.size(); ++i) following.second.push_back(next[i]);
    std::sort(following.second.begin(), following.second.end());
    return number_of(following);
  }

  /// One code point for all that are the same to the assertions that look back.
  [[nodiscard]] char32_t kind_of(char32_t point) const {
    if (!with_neighbours_) return ' ';
    if (point == '\n') return '\n';
    return is_word(point) ? 'a' : ' ';
  }

  const Program& program_;
  const bool with_neighbours_;
  const bool only_at_begin_;
  Table table_;
  std::vector<Set> sets_;
  std::map<Set, std::uint8_t> numbers_;
};

std::optional<Table> Table::build(const Program& program) { return TableBuilder(program).build(); }

std::size_t Table::symbol_of(char32_t point) const {
  const auto after = std::upper_bound(symbol_begins_.begin(), symbol_begins_.end(), point);
  return static_cast<std::size_t>(after - symbol_begins_.begin()) - 1;
}

bool Table::matches(std::string_view text) const {
  std::size_t set = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    std::size_t symbol = 0;
    if (byte < 128) {
      symbol = ascii_symbols_[byte];
      ++at;
    } else {
      const Decoded decoded = decode(text, at);
      symbol = symbol_of(decoded.point);
      at += decoded.size;
    }
    const std::uint8_t next = next_[set * row_size_ + symbol];
    if (next >= kNo) return next == kYes;
    set = next;
  }
  return next_[set * row_size_ + row_size_ - 1] == kYes;
}

}  // namespace listing_sync::pattern
