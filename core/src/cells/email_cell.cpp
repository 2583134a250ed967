// E-mail: one address, width-folded. The grammar is the HTML standard's "valid e-mail address"
// (which lets dots stand anywhere before the @, as Japanese carriers long did), with a domain of
// two labels or more.
#include <algorithm>
#include <cstddef>

#include "cells/conversions.h"

namespace listing_sync {
namespace {

// RFC 5321 section 4.5.3.1 and RFC 1035 section 2.3.4.
constexpr std::size_t kLocalBytesMax = 64;
constexpr std::size_t kDomainBytesMax = 255;
constexpr std::size_t kLabelBytesMax = 63;

constexpr std::string_view kLocalSigns = ".!#$%&'*+/=?^_`{|}~-";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_local_part(std::string_view text) {
  return !text.empty() && text.size() <= kLocalBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_alphanumeric(c) || kLocalSigns.find(c) != std::string_view::npos;
         });
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= kLabelBytesMax && text.front() != '-' &&
         text.back() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
           return is_alphanumeric(c) || c == '-';
         });
}

bool is_domain(std::string_view text) {
  if (text.size() > kDomainBytesMax || text.find('.') == std::string_view::npos) return false;
  for (;;) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (!is_label(label)) return false;
    // No top-level domain is a number: what ends in one is an IP address or a slip.
    if (dot == std::string_view::npos) return !std::all_of(label.begin(), label.end(), is_digit);
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

CellCode convert_email(const Column& column, const Content& content, CellScratch& scratch,
                       std::string& out) {
  if (content.kind != CellKind::string) return CellCode::not_an_email;
  const std::string_view text = folded_text(content.text, scratch.folded);
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || !is_local_part(text.substr(0, at)) ||
      !is_domain(text.substr(at + 1)))
    return CellCode::not_an_email;
  return write_string(column, text, true, out);  // nothing in an address needs an escape
}

}  // namespace listing_sync
