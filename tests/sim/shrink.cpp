// Greedy shrinking, round after round until nothing gets smaller.
#include "sim/shrink.h"

#include <algorithm>

#include "sim/run_seed.h"

namespace listing_sync::sim {
namespace {

class Shrinker {
 public:
  Shrinker(std::uint64_t seed, const Settings& settings, const std::string& code,
           std::uint64_t tries)
      : seed_(seed), best_(settings), code_(code), tries_(tries) {}

  Settings shrink() {
    while (tries_ > 0 && round()) continue;
    return best_;
  }

 private:
  bool round() {
    bool smaller = bound_counts();
    for (const FaultKind& kind : fault_kinds()) {
      if (!best_.faults.has(kind.fault)) continue;
      Settings without = best_;
      without.faults.set(kind.fault, false);
      smaller = accept(without) || smaller;
    }
    for (const Knob& knob : knobs()) smaller = lower(knob) || smaller;
    return smaller;
  }

  // "So many faults, then no more": the end of a long list is rarely what matters.
  bool bound_counts() {
    const Verdict verdict = run_seed(seed_, best_);
    Settings bounded = best_;
    bounded.faults_max = std::min(best_.faults_max, verdict.faults_total());
    bounded.edits_max = std::min(best_.edits_max, verdict.edits_total());
    if (bounded.faults_max == best_.faults_max && bounded.edits_max == best_.edits_max)
      return false;
    return accept(bounded);
  }

  bool lower(const Knob& knob) {
    bool smaller = false;
    const std::uint64_t now = best_.*knob.member;
    for (const std::uint64_t wanted : {knob.smallest, (knob.smallest + now) / 2, now - 1}) {
      if (wanted >= best_.*knob.member || wanted < knob.smallest) continue;
      Settings lowered = best_;
      lowered.*knob.member = wanted;
      smaller = accept(lowered) || smaller;
    }
    return smaller;
  }

  bool accept(const Settings& candidate) {
    if (tries_ == 0) return false;
    --tries_;
    const Verdict verdict = run_seed(seed_, candidate);
    if (!verdict.finding || verdict.finding->code != code_) return false;
    best_ = candidate;
    return true;
  }

  const std::uint64_t seed_;
  Settings best_;
  const std::string& code_;
  std::uint64_t tries_;
};

}  // namespace

Settings shrink(std::uint64_t seed, const Settings& settings, const std::string& code,
                std::uint64_t tries_max) {
  return Shrinker(seed, settings, code, tries_max).shrink();
}

}  // namespace listing_sync::sim
