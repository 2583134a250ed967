// A compiled pattern as a machine of at most 1,000 states, and its simulation in linear time.
#pragma once

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

}  // namespace listing_sync::pattern
