// Any pattern on any text: the first line of the input is the pattern, the rest the text. A pattern
// is refused or compiled; a compiled one answers within its bound of steps, and the same every
// time.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "listing_sync/pattern.h"
#include "text/pattern_parser.h"
#include "text/pattern_program.h"
#include "text/pattern_tree.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_refusal(const listing_sync::Fault& fault) {
  require(fault.code == "bad_pattern" || fault.code == "pattern_too_large");
  require(fault.where.rfind("offset ", 0) == 0);
  require(!fault.message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const std::size_t line_break = input.find('\n');
  const std::string_view source = input.substr(0, line_break);
  const std::string_view text =
      line_break == std::string_view::npos ? std::string_view() : input.substr(line_break + 1);

  const auto pattern = listing_sync::Pattern::compile(source);
  const auto tree = listing_sync::pattern::parse(source);
  require(pattern.ok() == tree.ok());
  if (!pattern.ok()) {
    check_refusal(pattern.fault());
    return 0;
  }
  const auto program = listing_sync::pattern::write_program(tree.value());
  require(program.instructions.size() <= listing_sync::pattern::kStatesMax + 1);
  std::uint64_t steps = 0;
  const bool matched = listing_sync::pattern::run(program, text, &steps);
  require(steps <= program.instructions.size() * (text.size() + 1));
  require(matched == pattern.value().matches(text));
  return 0;
}
