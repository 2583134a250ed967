// Rows a batch.
#include <algorithm>

#include "listing_sync/policy.h"

namespace listing_sync {
namespace {
constexpr std::uint32_t kGoodBatches = 4;  // before the size is doubled again
}

void BatchSize::on_rollback() {
  size = std::max<std::uint32_t>(1, size / 2);
  good = 0;
}

void BatchSize::on_commit(std::uint32_t rows_sent) {
  if (size >= max || rows_sent < size || ++good < kGoodBatches) return;
  size = size > max / 2 ? max : size * 2;
  good = 0;
}

}  // namespace listing_sync
