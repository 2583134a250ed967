// The public face of the pattern engine.
#include "listing_sync/pattern.h"

#include <string>
#include <utility>

#include "text/pattern_parser.h"
#include "text/pattern_program.h"
#include "text/pattern_tree.h"

namespace listing_sync {

struct Pattern::Program {
  std::string source;
  pattern::Program code;
};

Result<Pattern> Pattern::compile(std::string_view pattern) {
  Result<pattern::Tree> tree = pattern::parse(pattern);
  if (!tree.ok()) return tree.faults();
  Pattern result;
  result.program_ = std::make_shared<const Program>(
      Program{std::string(pattern), pattern::write_program(std::move(tree).value())});
  return result;
}

bool Pattern::matches(std::string_view text) const { return pattern::run(program_->code, text); }

std::string_view Pattern::source() const { return program_->source; }

}  // namespace listing_sync
