// Circuit breaker.
#include <algorithm>
#include <array>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {

constexpr std::uint64_t kDoublings = 4;  // of the timeout: below the five minutes between two ticks
constexpr std::array kStates = {Breaker::State::closed, Breaker::State::open,
                                Breaker::State::half_open};

std::uint64_t times(std::uint64_t ms, std::uint64_t factor) {
  return ms > UINT64_MAX / factor ? UINT64_MAX : ms * factor;
}

}  // namespace

void Breaker::become(State next) {
  if (state == next) return;
  state = next;
  ++generation;
}

bool Breaker::allow(std::uint64_t now_ms) {
  if (state != State::open) return true;
  if (wait_ms(now_ms) > 0) return false;
  become(State::half_open);
  return true;
}

std::uint64_t Breaker::wait_ms(std::uint64_t now_ms) const {
  if (state != State::open) return 0;
  const std::uint64_t whole_ms = std::min(open_for_ms == 0 ? timeout_ms : open_for_ms,
                                          std::max(timeout_ms, times(timeout_ms, kDoublings)));
  // Opened in the future: the clock was set back. From now on the whole wait, never more.
  const std::uint64_t open_ms = now_ms > opened_at_ms ? now_ms - opened_at_ms : 0;
  return open_ms >= whole_ms ? 0 : whole_ms - open_ms;
}

void Breaker::on_success(std::uint32_t of_generation) {
  if (of_generation != generation) return;
  reset();
}

void Breaker::on_failure(std::uint32_t of_generation, std::uint64_t now_ms) {
  if (of_generation != generation || state == State::open) return;
  if (failures < UINT32_MAX) ++failures;
  if (state == State::closed && failures < threshold) return;
  const bool again = state == State::half_open && open_for_ms != 0;
  open_for_ms = again ? std::min(times(open_for_ms, 2), times(timeout_ms, kDoublings)) : timeout_ms;
  opened_at_ms = now_ms;
  become(State::open);
}

void Breaker::reset() {
  become(State::closed);
  failures = 0;
  open_for_ms = 0;
}

std::string_view breaker_state_name(Breaker::State state) {
  constexpr std::array<std::string_view, 3> kNames = {"closed", "open", "half-open"};
  return kNames[static_cast<std::size_t>(state)];
}

std::optional<Breaker::State> breaker_state(std::string_view name) {
  for (const Breaker::State state : kStates)
    if (breaker_state_name(state) == name) return state;
  return std::nullopt;
}

}  // namespace listing_sync
