// The end of a question: one HTTP answer, ready to be sent.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/outbox.h"

namespace listing_sync {

void finish_answer(Outbox& outbox, std::uint16_t status, const nlohmann::json& body);

/// application/problem+json; `headers` such as retry-after.
void finish_problem(Outbox& outbox, std::uint16_t status, std::string_view code,
                    std::string_view title, std::string_view detail,
                    nlohmann::json headers = nlohmann::json::object());

}  // namespace listing_sync
