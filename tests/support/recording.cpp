// Reading and replaying recorded runs.
#include "support/recording.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <system_error>

#include "support/json.h"

namespace listing_sync::testing {
namespace {

class Frames {
 public:
  explicit Frames(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool empty() const { return rest_.empty(); }

  RecordedEvent next() {
    take_text("event ");
    const std::size_t event_size = take_number(' '), body_size = take_number('\n');
    RecordedEvent event{std::string(take(event_size)), std::string(take(body_size))};
    take_text("\n");
    return event;
  }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) throw std::runtime_error("the recording ends too early");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  void take_text(std::string_view text) {
    if (take(text.size()) != text) throw std::runtime_error("not a recording");
  }
  std::size_t take_number(char end) {
    const std::string_view digits = take(std::min(rest_.find(end), rest_.size()));
    take_text({&end, 1});
    std::size_t number = 0;
    const char* const last = digits.data() + digits.size();
    const std::from_chars_result read = std::from_chars(digits.data(), last, number);
    if (read.ec != std::errc() || read.ptr != last)
      throw std::runtime_error("not a recording: a size is no number");
    return number;
  }

  std::string_view rest_;
};

void append_frame(std::string& out, const std::string& name, std::string_view bytes) {
  out += name + ' ' + std::to_string(bytes.size()) + '\n';
  out += bytes;
  out += '\n';
}

}  // namespace

std::vector<RecordedEvent> read_recording(std::string_view bytes) {
  std::vector<RecordedEvent> events;
  for (Frames frames(bytes); !frames.empty();) events.push_back(frames.next());
  return events;
}

std::string write_recording(const std::vector<RecordedEvent>& events) {
  std::string out;
  for (const RecordedEvent& event : events)
    out += "event " + std::to_string(event.event.size()) + ' ' + std::to_string(event.body.size()) +
           '\n' + event.event + event.body + '\n';
  return out;
}

std::string effects_frame(const Engine& engine, std::string_view effects) {
  std::string out;
  append_frame(out, "effects", effects);
  const Json parsed = Json::parse(effects);
  for (const Json& effect : parsed.items()) {
    if (!effect["has_body"].flag()) continue;
    const auto id = static_cast<std::uint32_t>(effect["id"].number());
    append_frame(out, "body " + std::to_string(id), engine.body(id));
  }
  return out;
}

std::string replay(const std::vector<RecordedEvent>& events) {
  Engine engine;
  std::string out;
  for (const RecordedEvent& recorded : events) {
    const std::string effects(engine.handle(recorded.event, Bytes::copy(recorded.body)));
    out += effects_frame(engine, effects);
  }
  return out;
}

}  // namespace listing_sync::testing
