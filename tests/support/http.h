// A request and how it ended, as the host sees them.
#pragma once

#include <cstdint>
#include <string>

namespace listing_sync::testing {

/// A response, or (`status` 0) the reason why there is none.
struct Outcome {
  std::uint16_t status = 200;
  std::string body;
  std::string why;             ///< status 0: timeout, network, cut_off, too_large, credentials
  std::string headers = "{}";  ///< JSON
};

inline Outcome no_response(std::string why) { return {0, "", std::move(why), "{}"}; }

}  // namespace listing_sync::testing
