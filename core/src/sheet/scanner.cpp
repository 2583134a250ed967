// The scanner's rarer half: what a fault is called, members' names, skipping whole values.
#include "sheet/scanner.h"

#include <string>
#include <string_view>

#include "sheet/utf8.h"

namespace listing_sync::sheet {

// ---- faults

const char* Scanner::fail(const char* at, std::string_view code, std::string_view message) {
  if (fault_) return nullptr;
  fault_offset_ = static_cast<std::size_t>(at - begin_);
  const std::string place = std::to_string(fault_offset_);
  fault_.emplace();
  fault_->where = "byte " + place;
  if (at == end_) {
    fault_->code = "truncated_answer";
    fault_->message = "The answer ends after " + place + " bytes, in the middle of its JSON.";
  } else {
    fault_->code = code;
    fault_->message = std::string("The answer is unusable at byte ") + place + ": ";
    fault_->message.append(message) += '.';
  }
  return nullptr;
}

const char* Scanner::unexpected(const char* at, std::string_view expected) {
  return fail(at, "not_json", "expected " + std::string(expected));
}

const char* Scanner::fail_in_string(const char* at) {
  if (at != end_ && static_cast<unsigned char>(*at) >= 0x80) {
    if (utf8_front(at, end_).truncated) return fail(end_, {}, {});
    return fail(at, "bad_utf8", "these bytes are no UTF-8");
  }
  return fail(at, "control_character", "a control character inside a string must be escaped");
}

/// An escape that read_escape() refused: cut off by the end of the body, or wrong?
const char* Scanner::fail_escape(const char* at) {
  const char* next = at + 1;
  if (next != end_ && *next == 'u') {
    ++next;
    while (next != end_ && next - at < 6 &&
           std::string_view("0123456789abcdefABCDEF").find(*next) != std::string_view::npos) {
      ++next;
    }
  }
  if (next == end_) return fail(end_, {}, {});
  return fail(at, "bad_escape", "a backslash begins no escape of JSON");
}

// ---- skipping

const char* Scanner::read_name(const char* at, Cell& name, Arena* arena) {
  if (at == end_ || *at != '"') return unexpected(at, "the name of a member");
  at = read_string(at, name, arena);
  if (at == nullptr) return nullptr;
  at = skip_space(at);
  if (at == end_ || *at != ':') return unexpected(at, "a colon");
  return skip_space(at + 1);
}

/// Steps into the container at `at`: the place of its first value or, where it is empty, behind it.
const char* Scanner::open_container(const char* at, bool& empty) {
  const char closer = *at == '{' ? '}' : ']';
  at = skip_space(at + 1);
  empty = at != end_ && *at == closer;
  if (empty) return at + 1;
  closers_ += closer;
  Cell name;
  return closer == '}' ? read_name(at, name, nullptr) : at;
}

/// Behind a value: closes what closes here and steps to the next value or, when all is closed,
/// behind the last bracket.
const char* Scanner::close_containers(const char* at) {
  while (!closers_.empty()) {
    at = skip_space(at);
    if (at != end_ && *at == closers_.back()) {
      closers_.pop_back();
      ++at;
      continue;
    }
    if (at == end_ || *at != ',') return unexpected(at, "a comma or a closing bracket");
    at = skip_space(at + 1);
    Cell name;
    return closers_.back() == '}' ? read_name(at, name, nullptr) : at;
  }
  return at;
}

const char* Scanner::skip_value(const char* at, std::size_t depth) {
  closers_.clear();
  do {
    bool complete = true;
    if (at != end_ && (*at == '{' || *at == '[')) {
      if (enter(at, depth + closers_.size() + 1) == nullptr) return nullptr;
      at = open_container(at, complete);
    } else {
      Cell cell;
      at = read_scalar(at, cell, nullptr);
    }
    if (at != nullptr && complete) at = close_containers(at);
    if (at == nullptr) return nullptr;
  } while (!closers_.empty());
  return at;
}

}  // namespace listing_sync::sheet
