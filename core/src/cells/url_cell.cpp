// URLs: http or https with a host (RFC 3986 section 3, IDN hosts as typed), stored as written.
#include <algorithm>
#include <cstddef>

#include "cells/conversions.h"
#include "cells/cursor.h"

namespace listing_sync {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// Takes `http://` or `https://`; a scheme's case does not matter (RFC 3986 section 3.1).
bool take_scheme(Cursor& at) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    const std::string_view front = at.rest.substr(0, scheme.size());
    const bool is_scheme = std::equal(
        front.begin(), front.end(), scheme.begin(), scheme.end(), [](char typed, char wanted) {
          return typed == wanted || (typed >= 'A' && typed <= 'Z' && typed - 'A' + 'a' == wanted);
        });
    if (!is_scheme) continue;
    at.rest.remove_prefix(scheme.size());
    return true;
  }
  return false;
}

/// White space, controls and the characters that end a URL in running text or split readers' minds.
bool has_forbidden(std::string_view text) {
  for (Cursor at{text}; !at.at_end(); at.rest.remove_prefix(1)) {
    const auto byte = static_cast<unsigned char>(at.rest.front());
    if (byte <= 0x20 || byte == 0x7F) return true;
    if (byte >= 0x80 && leading_white_space(at.rest) != 0) return true;
    if (byte == '"' || byte == '<' || byte == '>' || byte == '\\') return true;
  }
  return false;
}

/// `[2001:db8::1]` without its brackets; the address itself is not parsed.
bool is_ip_literal(std::string_view address) {
  return address.find(':') != std::string_view::npos &&
         std::all_of(address.begin(), address.end(),
                     [](char c) { return is_alphanumeric(c) || c == ':' || c == '.'; });
}

bool is_label(std::string_view label) {
  return !label.empty() && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) {
           return is_alphanumeric(c) || is_beyond_ascii(c) || c == '-' || c == '_';
         });
}

/// Labels with dots between them; one dot may end it (the root).
bool is_host_name(std::string_view name) {
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  for (;;) {
    const std::size_t dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

/// Empty, or `:` and a number up to 65535 (empty digits are allowed, RFC 3986 section 3.2.3).
bool is_port(std::string_view text) {
  Cursor at{text};
  if (!at.skip(":")) return at.at_end();
  std::size_t port = 0;
  for (const char digit : at.take_digits())
    port = std::min<std::size_t>(port * 10 + static_cast<std::size_t>(digit - '0'), 65536);
  return at.at_end() && port <= 65535;
}

bool has_host(std::string_view authority) {
  const std::size_t user_end = authority.rfind('@');
  if (user_end != std::string_view::npos) authority.remove_prefix(user_end + 1);
  if (authority.substr(0, 1) == "[") {
    const std::size_t close = authority.find(']');
    return close != std::string_view::npos && is_ip_literal(authority.substr(1, close - 1)) &&
           is_port(authority.substr(close + 1));
  }
  const std::size_t colon = std::min(authority.find(':'), authority.size());
  return is_host_name(authority.substr(0, colon)) && is_port(authority.substr(colon));
}

bool is_url(std::string_view text) {
  Cursor at{text};
  if (!take_scheme(at) || has_forbidden(at.rest)) return false;
  return has_host(at.rest.substr(0, at.rest.find_first_of("/?#")));
}

}  // namespace

CellCode convert_url(const Column& column, const Content& content, CellScratch& /*scratch*/,
                     std::string& out) {
  if (content.kind != CellKind::string || !is_url(content.text)) return CellCode::not_a_url;
  return write_string(column, content.text, content.verbatim, out);
}

}  // namespace listing_sync
