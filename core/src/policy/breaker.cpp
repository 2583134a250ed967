// Circuit breaker.
#include "listing_sync/policy.h"

namespace listing_sync {

bool Breaker::allow(std::uint64_t now_ms) {
  if (state != State::open) return true;
  if (wait_ms(now_ms) > 0) return false;
  state = State::half_open;
  return true;
}

std::uint64_t Breaker::wait_ms(std::uint64_t now_ms) const {
  if (state != State::open) return 0;
  // Opened in the future: the clock was set back. From now on the whole timeout, never more.
  const std::uint64_t open_ms = now_ms > opened_at_ms ? now_ms - opened_at_ms : 0;
  return open_ms >= timeout_ms ? 0 : timeout_ms - open_ms;
}

void Breaker::on_success() {
  state = State::closed;
  failures = 0;
}

void Breaker::on_failure(std::uint64_t now_ms) {
  if (failures < UINT32_MAX) ++failures;
  if (state == State::closed && failures < threshold) return;
  state = State::open;
  opened_at_ms = now_ms;
}

std::string_view breaker_state_name(Breaker::State state) {
  switch (state) {
    case Breaker::State::closed:
      return "closed";
    case Breaker::State::open:
      return "open";
    case Breaker::State::half_open:
      return "half-open";
  }
  return "closed";
}

}  // namespace listing_sync
