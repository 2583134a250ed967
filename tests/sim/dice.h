// The only source of chance in the simulator. Each part of the world throws its own dice, so that
// taking one fault away changes the others as little as possible: that is what makes shrinking
// work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "listing_sync/policy.h"

namespace listing_sync::sim {

class Dice {
 public:
  Dice(std::uint64_t seed, std::string_view part) {
    random_.state = seed;
    for (const char c : part) random_.state = random_.next() ^ static_cast<unsigned char>(c);
  }
  std::uint64_t next() { return random_.next(); }
  /// Uniform in [0, bound); bound is not 0.
  std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
  /// Uniform in [first, last].
  std::uint64_t between(std::uint64_t first, std::uint64_t last) {
    return first + below(last - first + 1);
  }
  bool chance(std::uint64_t of_1000) { return below(1000) < of_1000; }
  template <class List>
  auto& pick(List& list) {
    return list[static_cast<std::size_t>(below(list.size()))];
  }

 private:
  Random random_;
};

}  // namespace listing_sync::sim
