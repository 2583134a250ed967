// The ends of a text and its length: what needs no knowledge of characters but white space.
#include <cstddef>
#include <string_view>

#include "listing_sync/text.h"
#include "text/white_space.h"

namespace listing_sync {

std::string_view trim(std::string_view text) {
  while (const std::size_t size = leading_white_space(text)) text.remove_prefix(size);
  while (const std::size_t size = trailing_white_space(text)) text.remove_suffix(size);
  return text;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text)
    if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U) ++count;  // not a continuation byte
  return count;
}

}  // namespace listing_sync
