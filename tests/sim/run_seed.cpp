// One seed.
#include "sim/run_seed.h"

namespace listing_sync::sim {

Verdict run_seed(std::uint64_t seed, const Settings& settings, bool verbose,
                 const Recorder& recorder) {
  World world(seed, settings, verbose, recorder);
  return world.run();
}

}  // namespace listing_sync::sim
