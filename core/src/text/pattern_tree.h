// A pattern as a tree: what the parser makes and the compiler writes out as states.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "text/pattern_class.h"
#include "text/pattern_program.h"

namespace listing_sync::pattern {

using NodeId = std::uint32_t;

enum class NodeKind : std::uint8_t {
  empty,       ///< matches the empty text
  character,   ///< value: code point
  char_class,  ///< value: index in Tree::classes
  assertion,   ///< value: Assertion
  sequence,
  choice,
  repeat  ///< one child, min to max times
};

inline constexpr std::uint32_t kUnbounded = UINT32_MAX;
/// Counts of states stop growing here, so that nested repetitions cannot overflow them.
inline constexpr std::uint64_t kStatesCap = std::uint64_t{1} << 32;

struct Node {
  NodeKind kind = NodeKind::empty;
  std::uint32_t value = 0;
  std::uint32_t min = 0;
  std::uint32_t max = 0;  ///< kUnbounded: no limit
  std::vector<NodeId> children;
  /// States this part takes once its repetitions are written out, known before anything is.
  std::uint64_t states = 0;
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<CharClass> classes;
  NodeId root = 0;

  NodeId add_empty();
  NodeId add_character(char32_t point);
  NodeId add_class(CharClass members);
  NodeId add_assertion(Assertion assertion);
  NodeId add_sequence(std::vector<NodeId> parts);
  NodeId add_choice(std::vector<NodeId> branches);
  NodeId add_repeat(NodeId body, std::uint32_t min, std::uint32_t max);

 private:
  NodeId add(Node node);
  NodeId add_list(NodeKind kind, std::vector<NodeId> children, std::uint64_t own_states);
};

/// Writes the tree out. Its root must need at most kStatesMax states.
[[nodiscard]] Program write_program(Tree tree);

}  // namespace listing_sync::pattern
