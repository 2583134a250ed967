// For each rule of the error table an answer that it is for.
#pragma once

#include <cstdint>
#include <string>

#include "listing_sync/classify.h"
#include "support/json.h"

namespace listing_sync {

/// A code the rule matches: a class gets a member, "" and "*" need none.
inline std::string code_of(const ClassifyRule& rule) {
  std::string code(rule.code);
  if (!code.empty() && code.back() == '*') code.back() = '9';
  return code;
}

/// An answer that nothing but this rule is for.
struct Sample {
  std::uint16_t status;
  std::string why, body;
};

inline Sample sample_of(const ClassifyRule& rule) {
  const std::string code = code_of(rule);
  if (rule.status_last == 0) return {0, code, ""};
  if (rule.target == Target::sheets)
    return {rule.status_first, "", R"({"error":{"status":)" + testing::quoted(code) + "}}"};
  if (rule.code.empty() || rule.code == "unreadable_answer")
    return {rule.status_first, "", "<html>"};
  if (rule.code == "{}") return {rule.status_first, "", "{}"};
  if (rule.code == "no_sqlstate") return {400, "", R"({"code":"","message":""})"};
  // A status of the kind PostgREST gives; codes are believed under any but a success.
  return {500, "", "{\"code\":" + testing::quoted(code) + "}"};
}

}  // namespace listing_sync
