// Flags: every knob of the settings is one.
#include "sim/arguments.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace listing_sync::sim {
namespace {

std::uint64_t number(const std::string& flag, const std::string& text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  if (text.empty() || std::from_chars(text.data(), end, value).ptr != end)
    throw std::runtime_error(flag + " takes a whole number, not '" + text + "'");
  return value;
}

FaultSet fault_set(const std::string& names) {
  FaultSet set;
  if (names == "none") return set;
  for (std::size_t from = 0; from <= names.size();) {
    const std::size_t comma = std::min(names.find(',', from), names.size());
    const std::string name = names.substr(from, comma - from);
    const std::optional<Fault> fault = fault_named(name);
    if (!fault) throw std::runtime_error("there is no fault '" + name + "'");
    set.set(*fault);
    from = comma + 1;
  }
  return set;
}

void set_knob(Arguments& arguments, const std::string& flag, const std::string& value) {
  for (const Knob& knob : knobs()) {
    if (flag != "--" + std::string(knob.name)) continue;
    arguments.knobs.emplace_back(knob, number(flag, value));
    return;
  }
  throw std::runtime_error("unknown flag " + flag);
}

bool set_switch(Arguments& arguments, const std::string& flag) {
  if (flag == "--verbose") return arguments.verbose = true;
  if (flag != "--no-shrink") return false;
  arguments.shrinks = false;
  return true;
}

void set_value(Arguments& arguments, const std::string& flag, const std::string& value) {
  if (flag == "--seeds")
    arguments.seeds = number(flag, value);
  else if (flag == "--from")
    arguments.from = number(flag, value);
  else if (flag == "--jobs")
    arguments.jobs = number(flag, value);
  else if (flag == "--failures-max")
    arguments.failures_max = number(flag, value);
  else if (flag == "--record")
    arguments.record = value;
  else if (flag == "--only")
    arguments.only = fault_set(value);
  else if (flag == "--without")
    arguments.without = fault_set(value);
  else
    set_knob(arguments, flag, value);
}

}  // namespace

Arguments read_arguments(int argc, char** argv) {
  Arguments arguments;
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    const std::size_t equals = flag.find('=');
    words.push_back(flag.substr(0, equals));
    if (equals != std::string::npos) words.push_back(flag.substr(equals + 1));
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& flag = words[i];
    if (set_switch(arguments, flag)) continue;
    if (i + 1 == words.size()) throw std::runtime_error(flag + " is unknown or lacks its value");
    set_value(arguments, flag, words[++i]);
  }
  return arguments;
}

Settings Arguments::settings(std::uint64_t seed) const {
  Settings settings = draw_settings(seed);
  for (const auto& [knob, value] : knobs) settings.*knob.member = std::max(value, knob.smallest);
  if (only) settings.faults = *only;
  for (const FaultKind& kind : fault_kinds())
    if (without && without->has(kind.fault)) settings.faults.set(kind.fault, false);
  return settings;
}

std::string usage() {
  std::string text =
      "usage: sim [--seeds N] [--from S] [--jobs N] [--verbose] [--no-shrink] [--failures-max N]\n"
      "           [--record FOLDER] [--only FAULT,…|none] [--without FAULT,…] [--KNOB N]…\n  "
      "knobs:";
  for (const Knob& knob : knobs()) text += " " + std::string(knob.name);
  text += "\n  faults:";
  for (const FaultKind& kind : fault_kinds()) text += " " + std::string(kind.name);
  return text + "\n";
}

}  // namespace listing_sync::sim
