// Which planted bug is on: the one named by the environment.
#include "planted.h"

#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "planted_names.h"

namespace listing_sync::mutants {
namespace {

int chosen_by_environment() {
  const char* const name = std::getenv("SIM_MUTANT");
  if (name == nullptr || *name == '\0') return 0;
  int number = 0;
  for (const std::string_view known : kNames) {
    ++number;
    if (known == name) return number;
  }
  std::fprintf(stderr, "no bug is planted under the name %s\n", name);
  std::exit(2);
}

}  // namespace

const int kChosen = chosen_by_environment();

}  // namespace listing_sync::mutants
