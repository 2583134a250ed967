// A compiled pattern as a machine of at most 1,000 states, and its simulation in linear time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "text/pattern_class.h"

namespace listing_sync::pattern {

/// States of the expanded pattern (`a{3}` has three), the accepting one not counted.
inline constexpr std::size_t kStatesMax = 1000;

enum class Assertion : std::uint8_t {
  text_begin,
  text_end,
  line_begin,
  line_end,
  word_boundary,
  no_word_boundary
};

enum class Op : std::uint8_t {
  character,   ///< consumes the code point `value`
  char_class,  ///< consumes one code point of classes[value]
  assertion,   ///< goes on where Assertion{value} holds
  split,       ///< goes on at `next` and at `other`
  accept
};

using State = std::uint16_t;

struct Instruction {
  Op op = Op::accept;
  State next = 0;
  State other = 0;
  std::uint32_t value = 0;
};

struct Program {
  std::vector<Instruction> instructions;
  std::vector<CharClass> classes;
  State start = 0;
};

/// True if the pattern matches anywhere in `text`. Holds the set of live states and nothing else,
/// so it takes at most instructions × (bytes + 1) steps and no memory beyond its stack frame. Adds
/// the steps taken to `*steps` where given (the tests hold the bound by it).
[[nodiscard]] bool run(const Program& program, std::string_view text,
                       std::uint64_t* steps = nullptr);

// What run() is made of; Table is made of it too.

/// States in the order they were added, each once. May be iterated while it grows.
class StateList {
 public:
  void add(State state) {
    std::uint64_t& word = seen_[state / 64];
    const std::uint64_t bit = std::uint64_t{1} << (state % 64);
    if ((word & bit) != 0) return;
    word |= bit;
    states_[count_++] = state;
  }
  void clear() {
    seen_.fill(0);
    count_ = 0;
  }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] State operator[](std::size_t i) const { return states_[i]; }

 private:
  std::array<std::uint64_t, kStatesMax / 64 + 1> seen_{};
  std::array<State, kStatesMax + 1> states_;  // only the first count_ are ever read
  std::size_t count_ = 0;
};

/// Before the text's begin and behind its end.
inline constexpr char32_t kNoPoint = kCodePointLast + 1;

/// The code points around a place in the text.
struct Place {
  char32_t before = kNoPoint;
  char32_t after = kNoPoint;
};

/// Follows every state of `now` at `place`: states that consume `place.after` leave their
/// successors in `next`, the others grow `now`. True if the accepting state is among them.
[[nodiscard]] bool advance(const Program& program, Place place, StateList& now, StateList& next);

/// The pattern can match at the text's begin only.
[[nodiscard]] bool starts_at_begin(const Program& program);

}  // namespace listing_sync::pattern
