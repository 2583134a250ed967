// Building the tree and writing it out as a program.
#include "text/pattern_tree.h"

#include <algorithm>
#include <utility>

namespace listing_sync::pattern {
namespace {

/// Writes a tree from its end to its beginning: each instruction knows its successor when it is
/// made.
class Writer {
 public:
  explicit Writer(Tree tree) : tree_(std::move(tree)) {}

  Program write() {
    const State accept = emit(Instruction{});
    program_.start = write(tree_.root, accept);
    program_.classes = std::move(tree_.classes);
    return std::move(program_);
  }

 private:
  State emit(Instruction instruction) {
    program_.instructions.push_back(instruction);
    return static_cast<State>(program_.instructions.size() - 1);
  }
  State split(State next, State other) { return emit({Op::split, next, other, 0}); }

  /// Answers the state in which `id` begins, given the one that follows it.
  State write(NodeId id, State next) {
    const Node& node = tree_.nodes[id];
    switch (node.kind) {
      case NodeKind::empty:
        return next;
      case NodeKind::character:
        return emit({Op::character, next, 0, node.value});
      case NodeKind::char_class:
        return emit({Op::char_class, next, 0, node.value});
      case NodeKind::assertion:
        return emit({Op::assertion, next, 0, node.value});
      case NodeKind::sequence:
        for (std::size_t i = node.children.size(); i-- > 0;) next = write(node.children[i], next);
        return next;
      case NodeKind::choice:
        return write_choice(node, next);
      case NodeKind::repeat:
        return write_repeat(node, next);
    }
    return next;
  }

  State write_choice(const Node& node, State next) {
    State entry = write(node.children.back(), next);
    for (std::size_t i = node.children.size() - 1; i-- > 0;) {
      const State branch = write(node.children[i], next);
      entry = split(branch, entry);
    }
    return entry;
  }

  State write_repeat(const Node& node, State next) {
    const NodeId body = node.children.front();
    std::uint32_t copies = node.min;
    State entry = next;
    if (node.max == kUnbounded) {
      const State loop = split(0, next);
      const State again = write(body, loop);
      program_.instructions[loop].next = again;
      entry = node.min == 0 ? loop : again;
      if (copies > 0) --copies;  // the loop's body is one of them
    } else {
      for (std::uint32_t i = node.min; i < node.max; ++i) {
        const State optional_body = write(body, entry);
        entry = split(optional_body, next);
      }
    }
    for (; copies > 0; --copies) entry = write(body, entry);
    return entry;
  }

  Tree tree_;
  Program program_;
};

}  // namespace

NodeId Tree::add(Node node) {
  node.states = std::min(node.states, kStatesCap);
  nodes.push_back(std::move(node));
  return static_cast<NodeId>(nodes.size() - 1);
}

NodeId Tree::add_empty() { return add(Node{}); }

NodeId Tree::add_character(char32_t point) {
  return add({NodeKind::character, point, 0, 0, {}, 1});
}

NodeId Tree::add_class(CharClass members) {
  classes.push_back(std::move(members));
  const auto index = static_cast<std::uint32_t>(classes.size() - 1);
  return add({NodeKind::char_class, index, 0, 0, {}, 1});
}

NodeId Tree::add_assertion(Assertion assertion) {
  return add({NodeKind::assertion, static_cast<std::uint32_t>(assertion), 0, 0, {}, 1});
}

NodeId Tree::add_sequence(std::vector<NodeId> parts) {
  return add_list(NodeKind::sequence, std::move(parts), 0);
}

NodeId Tree::add_choice(std::vector<NodeId> branches) {
  const std::size_t splits = branches.size() - 1;
  return add_list(NodeKind::choice, std::move(branches), splits);
}

NodeId Tree::add_list(NodeKind kind, std::vector<NodeId> children, std::uint64_t own_states) {
  if (children.size() == 1) return children.front();
  Node node{kind, 0, 0, 0, std::move(children), own_states};
  for (const NodeId child : node.children) node.states += nodes[child].states;
  return add(std::move(node));
}

NodeId Tree::add_repeat(NodeId body, std::uint32_t min, std::uint32_t max) {
  const std::uint64_t each = nodes[body].states;
  if (each == 0) return body;  // the empty text, however often
  const std::uint64_t states =
      max == kUnbounded ? std::max(min, 1U) * each + 1 : min * each + (max - min) * (each + 1);
  return add({NodeKind::repeat, 0, min, max, {body}, states});
}

Program write_program(Tree tree) { return Writer(std::move(tree)).write(); }

}  // namespace listing_sync::pattern
