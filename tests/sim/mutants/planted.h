// The switch of the planted bugs, included before everything else in the planted build alone. The
// bugs are listed in the .js files beside this one.
#pragma once

namespace listing_sync::mutants {

/// The bug that this process was started with, by SIM_MUTANT; 0: none.
extern const int kChosen;

inline bool planted(int number) { return number == kChosen; }

}  // namespace listing_sync::mutants
