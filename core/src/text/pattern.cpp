// The public face of the pattern engine.
#include "listing_sync/pattern.h"

#include <optional>
#include <string>
#include <utility>

#include "text/pattern_parser.h"
#include "text/pattern_program.h"
#include "text/pattern_table.h"
#include "text/pattern_tree.h"

namespace listing_sync {

struct Pattern::Program {
  std::string source;
  pattern::Program code;
  std::optional<pattern::Table> table;  ///< where the pattern is small: the same answer, faster
};

Pattern::Pattern(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
Pattern::Pattern(const Pattern&) = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(const Pattern&) = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view pattern) {
  Result<pattern::Tree> tree = pattern::parse(pattern);
  if (!tree.ok()) return tree.faults();
  pattern::Program code = pattern::write_program(std::move(tree).value());
  std::optional<pattern::Table> table = pattern::Table::build(code);
  return Pattern(std::make_shared<const Program>(
      Program{std::string(pattern), std::move(code), std::move(table)}));
}

bool Pattern::matches(std::string_view text) const {
  return program_->table ? program_->table->matches(text) : pattern::run(program_->code, text);
}

std::string_view Pattern::source() const { return program_->source; }

}  // namespace listing_sync
