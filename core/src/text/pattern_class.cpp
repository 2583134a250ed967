// Code point sets and the tables of named ones.
#include "text/pattern_class.h"

#include <algorithm>
#include <array>

namespace listing_sync::pattern {
namespace {

constexpr std::array kDigit = {CodeRange{'0', '9'}};
constexpr std::array kWord = {CodeRange{'0', '9'}, CodeRange{'A', 'Z'}, CodeRange{'_', '_'},
                              CodeRange{'a', 'z'}};
constexpr std::array kPerlSpace = {CodeRange{'\t', '\n'}, CodeRange{'\f', '\r'},
                                   CodeRange{' ', ' '}};

constexpr std::array kAlnum = {CodeRange{'0', '9'}, CodeRange{'A', 'Z'}, CodeRange{'a', 'z'}};
constexpr std::array kAlpha = {CodeRange{'A', 'Z'}, CodeRange{'a', 'z'}};
constexpr std::array kAscii = {CodeRange{0, 0x7F}};
constexpr std::array kBlank = {CodeRange{'\t', '\t'}, CodeRange{' ', ' '}};
constexpr std::array kCntrl = {CodeRange{0, 0x1F}, CodeRange{0x7F, 0x7F}};
constexpr std::array kGraph = {CodeRange{'!', '~'}};
constexpr std::array kLower = {CodeRange{'a', 'z'}};
constexpr std::array kPrint = {CodeRange{' ', '~'}};
constexpr std::array kPunct = {CodeRange{'!', '/'}, CodeRange{':', '@'}, CodeRange{'[', '`'},
                               CodeRange{'{', '~'}};
constexpr std::array kPosixSpace = {CodeRange{'\t', '\r'}, CodeRange{' ', ' '}};
constexpr std::array kUpper = {CodeRange{'A', 'Z'}};
constexpr std::array kXdigit = {CodeRange{'0', '9'}, CodeRange{'A', 'F'}, CodeRange{'a', 'f'}};

// Unicode 17, property Script.
constexpr std::array kHan = {
    CodeRange{0x2E80, 0x2E99},   CodeRange{0x2E9B, 0x2EF3},   CodeRange{0x2F00, 0x2FD5},
    CodeRange{0x3005, 0x3005},   CodeRange{0x3007, 0x3007},   CodeRange{0x3021, 0x3029},
    CodeRange{0x3038, 0x303B},   CodeRange{0x3400, 0x4DBF},   CodeRange{0x4E00, 0x9FFF},
    CodeRange{0xF900, 0xFA6D},   CodeRange{0xFA70, 0xFAD9},   CodeRange{0x16FE2, 0x16FE3},
    CodeRange{0x16FF0, 0x16FF6}, CodeRange{0x20000, 0x2A6DF}, CodeRange{0x2A700, 0x2B81D},
    CodeRange{0x2B820, 0x2CEAD}, CodeRange{0x2CEB0, 0x2EBE0}, CodeRange{0x2EBF0, 0x2EE5D},
    CodeRange{0x2F800, 0x2FA1D}, CodeRange{0x30000, 0x3134A}, CodeRange{0x31350, 0x33479}};
constexpr std::array kHiragana = {CodeRange{0x3041, 0x3096},   CodeRange{0x309D, 0x309F},
                                  CodeRange{0x1B001, 0x1B11F}, CodeRange{0x1B132, 0x1B132},
                                  CodeRange{0x1B150, 0x1B152}, CodeRange{0x1F200, 0x1F200}};
constexpr std::array kKatakana = {
    CodeRange{0x30A1, 0x30FA},   CodeRange{0x30FD, 0x30FF},   CodeRange{0x31F0, 0x31FF},
    CodeRange{0x32D0, 0x32FE},   CodeRange{0x3300, 0x3357},   CodeRange{0xFF66, 0xFF6F},
    CodeRange{0xFF71, 0xFF9D},   CodeRange{0x1AFF0, 0x1AFF3}, CodeRange{0x1AFF5, 0x1AFFB},
    CodeRange{0x1AFFD, 0x1AFFE}, CodeRange{0x1B000, 0x1B000}, CodeRange{0x1B120, 0x1B122},
    CodeRange{0x1B155, 0x1B155}, CodeRange{0x1B164, 0x1B167}};

struct Table {
  const CodeRange* ranges = nullptr;
  std::size_t size = 0;
};
template <std::size_t N>
constexpr Table table(const std::array<CodeRange, N>& ranges) {
  return {ranges.data(), N};
}

struct NamedTable {
  std::string_view name;
  Table table;
};

constexpr std::array kPosixClasses = {
    NamedTable{"alnum", table(kAlnum)},      NamedTable{"alpha", table(kAlpha)},
    NamedTable{"ascii", table(kAscii)},      NamedTable{"blank", table(kBlank)},
    NamedTable{"cntrl", table(kCntrl)},      NamedTable{"digit", table(kDigit)},
    NamedTable{"graph", table(kGraph)},      NamedTable{"lower", table(kLower)},
    NamedTable{"print", table(kPrint)},      NamedTable{"punct", table(kPunct)},
    NamedTable{"space", table(kPosixSpace)}, NamedTable{"upper", table(kUpper)},
    NamedTable{"word", table(kWord)},        NamedTable{"xdigit", table(kXdigit)}};
constexpr std::array kScripts = {NamedTable{"Han", table(kHan)},
                                 NamedTable{"Hiragana", table(kHiragana)},
                                 NamedTable{"Katakana", table(kKatakana)}};

CharClass sealed(Table ranges, bool negated) {
  CharClass result;
  for (std::size_t i = 0; i < ranges.size; ++i) {
    result.add(ranges.ranges[i].first, ranges.ranges[i].last);
  }
  result.seal(negated);
  return result;
}

template <std::size_t N>
std::optional<CharClass> named(const std::array<NamedTable, N>& tables, std::string_view name) {
  for (const NamedTable& entry : tables) {
    if (entry.name == name) return sealed(entry.table, false);
  }
  return std::nullopt;
}

/// A run of letters of one case and how far the other case is away.
struct CaseBlock {
  char32_t first, last;
  std::int32_t distance;
  [[nodiscard]] constexpr char32_t swapped(char32_t point) const {
    return static_cast<char32_t>(static_cast<std::int32_t>(point) + distance);
  }
};
// ASCII, and the full-width letters that cells are typed in.
constexpr std::array kCases = {CaseBlock{'A', 'Z', 32}, CaseBlock{'a', 'z', -32},
                               CaseBlock{0xFF21, 0xFF3A, 32}, CaseBlock{0xFF41, 0xFF5A, -32}};

}  // namespace

void CharClass::add(char32_t first, char32_t last) { ranges_.push_back({first, last}); }

void CharClass::add(const CharClass& other) {
  ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
}

void CharClass::add_other_case() {
  const std::vector<CodeRange> ranges = ranges_;
  for (const CodeRange& range : ranges) {
    for (const CaseBlock& block : kCases) {
      const char32_t first = std::max(range.first, block.first);
      const char32_t last = std::min(range.last, block.last);
      if (first <= last) add(block.swapped(first), block.swapped(last));
    }
  }
}

void CharClass::seal(bool negated) {
  join();
  if (negated) complement();
  for (const CodeRange& range : ranges_) {
    for (char32_t point = range.first; point <= range.last && point < 128; ++point) {
      ascii_[point / 64] |= std::uint64_t{1} << (point % 64);
    }
  }
}

void CharClass::join() {
  std::sort(ranges_.begin(), ranges_.end(),
            [](const CodeRange& a, const CodeRange& b) { return a.first < b.first; });
  std::vector<CodeRange> joined;
  for (const CodeRange& range : ranges_) {
    if (!joined.empty() && range.first <= joined.back().last + 1) {
      joined.back().last = std::max(joined.back().last, range.last);
    } else {
      joined.push_back(range);
    }
  }
  ranges_ = std::move(joined);
}

void CharClass::complement() {
  std::vector<CodeRange> gaps;
  char32_t next = 0;
  for (const CodeRange& range : ranges_) {
    if (range.first > next) gaps.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kCodePointLast) gaps.push_back({next, kCodePointLast});
  ranges_ = std::move(gaps);
}

bool CharClass::contains(char32_t point) const {
  if (point < 128) return (ascii_[point / 64] >> (point % 64) & 1) != 0;
  const auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), point,
                       [](char32_t value, const CodeRange& range) { return value < range.first; });
  return after != ranges_.begin() && point <= (after - 1)->last;
}

char32_t other_case(char32_t point) {
  for (const CaseBlock& block : kCases) {
    if (point >= block.first && point <= block.last) return block.swapped(point);
  }
  return point;
}

bool is_word(char32_t point) {
  return (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') || point == '_' ||
         (point >= 'a' && point <= 'z');
}

std::optional<CharClass> perl_class(char32_t letter) {
  switch (letter) {
    case 'd':
      return sealed(table(kDigit), false);
    case 'D':
      return sealed(table(kDigit), true);
    case 'w':
      return sealed(table(kWord), false);
    case 'W':
      return sealed(table(kWord), true);
    case 's':
      return sealed(table(kPerlSpace), false);
    case 'S':
      return sealed(table(kPerlSpace), true);
    default:
      return std::nullopt;
  }
}

std::optional<CharClass> posix_class(std::string_view name) { return named(kPosixClasses, name); }

std::optional<CharClass> script_class(std::string_view name) { return named(kScripts, name); }

}  // namespace listing_sync::pattern
