// The C ABI of core.wasm (wasm/README.md). Adopts buffers, passes bytes, holds the one engine; no
// logic.
#include <cstdint>
#include <cstdlib>

#include "listing_sync/bytes.h"
#include "listing_sync/engine.h"
#include "listing_sync/query.h"

#define LS_EXPORT(name) extern "C" __attribute__((export_name(#name), used))

namespace {

struct Slice {
  const char* data;
  std::uint32_t size;
};

// One instance of the module is one invocation, so the engine is the module's state.
struct Module {
  listing_sync::Engine engine;
  listing_sync::Queries queries;
  Slice output{nullptr, 0}, body{nullptr, 0};
  bool asked = false;  // the last call was a query: body 0 is its bytes
};

Module& module() {
  static Module instance;
  return instance;
}

Slice slice(std::string_view text) {
  return {text.data(), static_cast<std::uint32_t>(text.size())};
}

}  // namespace

LS_EXPORT(ls_alloc) char* ls_alloc(std::uint32_t size) {
  return static_cast<char*>(std::malloc(size));
}

LS_EXPORT(ls_free) void ls_free(char* buffer) { std::free(buffer); }

LS_EXPORT(ls_step)
std::uint32_t ls_step(char* event, std::uint32_t event_size, char* body, std::uint32_t body_size) {
  const auto owned = listing_sync::Bytes::adopt(event, event_size);
  module().asked = false;
  module().output =
      slice(module().engine.handle(owned.view(), listing_sync::Bytes::adopt(body, body_size)));
  return 0;
}

LS_EXPORT(ls_query)
std::uint32_t ls_query(char* query, std::uint32_t query_size, char* body, std::uint32_t body_size) {
  const auto owned = listing_sync::Bytes::adopt(query, query_size);
  module().asked = true;
  module().output =
      slice(module().queries.ask(owned.view(), listing_sync::Bytes::adopt(body, body_size)));
  return 0;
}

LS_EXPORT(ls_output) const Slice* ls_output() { return &module().output; }

LS_EXPORT(ls_body) const Slice* ls_body(std::uint32_t id) {
  module().body = slice(module().asked ? module().queries.bytes() : module().engine.body(id));
  return &module().body;
}
