// Writing a JSON string: the inverse of what the sheet reader's scanner decodes.
#include <cstddef>
#include <string>
#include <string_view>

#include "listing_sync/text.h"
#include "text/swar.h"

namespace listing_sync {
namespace {

bool must_escape(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == '"' || byte == '\\';
}

/// The first byte of [at, end) that may not stand in a JSON string as it is, or `end`.
const char* find_escaped(const char* at, const char* end) {
  while (end - at >= 8) {
    const auto marks = swar::json_escaped(swar::load64(at));
    if (marks != 0) return at + swar::first_hit(marks);
    at += 8;
  }
  while (at != end && !must_escape(*at)) ++at;
  return at;
}

void append_escape(std::string& out, char byte) {
  switch (byte) {
    case '\0':
      return;  // PostgreSQL's text cannot hold it (22P05)
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += byte < 0x10 ? "\\u000" : "\\u001";
      out += "0123456789abcdef"[byte & 0x0F];
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    const char* const stop = find_escaped(at, end);
    out.append(at, static_cast<std::size_t>(stop - at));
    if (stop == end) break;
    append_escape(out, *stop);
    at = stop + 1;
  }
  out += '"';
}

}  // namespace listing_sync
