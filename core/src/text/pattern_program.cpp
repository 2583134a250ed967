// Thompson's simulation: all states the pattern can be in are followed at once.
#include "text/pattern_program.h"

#include <utility>

#include "text/pattern_utf8.h"

namespace listing_sync::pattern {
namespace {

bool holds(Assertion assertion, Place place) {
  switch (assertion) {
    case Assertion::text_begin:
      return place.before == kNoPoint;
    case Assertion::text_end:
      return place.after == kNoPoint;
    case Assertion::line_begin:
      return place.before == kNoPoint || place.before == '\n';
    case Assertion::line_end:
      return place.after == kNoPoint || place.after == '\n';
    case Assertion::word_boundary:
      return is_word(place.before) != is_word(place.after);
    case Assertion::no_word_boundary:
      return is_word(place.before) == is_word(place.after);
  }
  return false;
}

}  // namespace

bool advance(const Program& program, Place place, StateList& now, StateList& next) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    const Instruction& instruction = program.instructions[now[i]];
    switch (instruction.op) {
      case Op::character:
        if (place.after == instruction.value) next.add(instruction.next);
        break;
      case Op::char_class:
        if (place.after != kNoPoint && program.classes[instruction.value].contains(place.after)) {
          next.add(instruction.next);
        }
        break;
      case Op::assertion:
        if (holds(static_cast<Assertion>(instruction.value), place)) now.add(instruction.next);
        break;
      case Op::split:
        now.add(instruction.next);
        now.add(instruction.other);
        break;
      case Op::accept:
        return true;
    }
  }
  return false;
}

bool starts_at_begin(const Program& program) {
  const Instruction& first = program.instructions[program.start];
  return first.op == Op::assertion && static_cast<Assertion>(first.value) == Assertion::text_begin;
}

bool run(const Program& program, std::string_view text, std::uint64_t* steps) {
  const bool only_at_begin = starts_at_begin(program);
  StateList lists[2];
  StateList* now = &lists[0];
  StateList* next = &lists[1];
  Place place;
  for (std::size_t at = 0;;) {
    const bool at_end = at == text.size();
    const Decoded decoded = at_end ? Decoded{kNoPoint, 0, true} : decode(text, at);
    place.after = decoded.point;
    if (at == 0 || !only_at_begin) now->add(program.start);
    const bool accepted = advance(program, place, *now, *next);
    if (steps != nullptr) *steps += now->size();
    if (accepted) return true;
    if (at_end || (only_at_begin && next->size() == 0)) return false;
    place.before = decoded.point;
    at += decoded.size;
    now->clear();
    std::swap(now, next);
  }
}

}  // namespace listing_sync::pattern
