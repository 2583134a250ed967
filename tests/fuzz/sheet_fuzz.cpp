// libFuzzer target: any bytes as a Sheets answer, read by SheetReader and judged by the oracle,
// under the limits of production and under limits so small that every input meets them.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "oracle.h"

namespace {

constexpr listing_sync::SheetLimits kTight{5, 200, 4};

void expect_agreement(std::string_view body, const listing_sync::SheetLimits& limits) {
  const std::string difference = listing_sync::fuzz::differences(body, limits);
  if (difference.empty()) return;
  std::fprintf(stderr, "reader and oracle differ: %s\n", difference.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(bytes), size);
  expect_agreement(body, {});
  expect_agreement(body, kTight);
  return 0;
}
