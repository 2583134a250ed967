// Pure questions beside the engine: for vectors, previews, benchmarks and tools. No run is touched.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "listing_sync/bytes.h"

namespace listing_sync {

/// Answers the questions of wasm/README.md. Keeps one open transform between transform_open and the
/// transform_next that ends it. A wrong question is answered with `{"faults":[…]}`.
class Queries {
 public:
  Queries();
  ~Queries();
  Queries(const Queries&) = delete;
  Queries& operator=(const Queries&) = delete;

  /// The answer as JSON, valid until the next call.
  std::string_view ask(std::string_view question_json, Bytes body);
  /// The bytes that came with the answer (transform_next: the rows as a JSON array).
  [[nodiscard]] std::string_view bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace listing_sync
