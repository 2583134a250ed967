// Ready answers.
#include "engine/answers.h"

#include <utility>

#include "report/documents.h"

namespace listing_sync {

using nlohmann::json;

void finish_answer(Outbox& outbox, std::uint16_t status, const json& body) {
  outbox.finish("answered", {{"http_status", status},
                             {"content_type", "application/json"},
                             {"headers", json::object()},
                             {"body", body}});
}

void finish_problem(Outbox& outbox, std::uint16_t status, std::string_view code,
                    std::string_view title, std::string_view detail, json headers) {
  outbox.finish("answered", {{"http_status", status},
                             {"content_type", "application/problem+json"},
                             {"headers", std::move(headers)},
                             {"body", problem_document(status, code, title, detail)}});
}

}  // namespace listing_sync
