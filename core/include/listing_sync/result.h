// Values that may fail: a rejection is an ordinary value with a stable code, never an exception.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace listing_sync {

/// One thing that is wrong. `code` is stable and machine-readable (snake_case), `where` names the
/// place (a JSON path, a byte offset, a header, a column), `message` is one English sentence that
/// says what was found and what was expected. Never contains a secret.
struct Fault {
  std::string code;
  std::string where;
  std::string message;
};

using Faults = std::vector<Fault>;

/// A `T`, or at least one Fault. Asking for the wrong side is a bug and traps.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}              // NOLINT(google-explicit-constructor)
  Result(Fault fault) : state_(Faults{std::move(fault)}) {}  // NOLINT(google-explicit-constructor)
  Result(Faults faults) : state_(std::move(faults)) {        // NOLINT(google-explicit-constructor)
    if (this->faults().empty()) std::abort();
  }

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  [[nodiscard]] const T& value() const& {
    if (!ok()) std::abort();
    return *std::get_if<T>(&state_);
  }
  [[nodiscard]] T&& value() && {
    if (!ok()) std::abort();
    return std::move(*std::get_if<T>(&state_));
  }
  [[nodiscard]] const Faults& faults() const {
    if (ok()) std::abort();
    return *std::get_if<Faults>(&state_);
  }
  /// The first fault; where only one is possible, the only one.
  [[nodiscard]] const Fault& fault() const { return faults().front(); }

 private:
  std::variant<T, Faults> state_;
};

}  // namespace listing_sync
