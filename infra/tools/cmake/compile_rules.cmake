# What every translation unit is compiled with. Core code has neither exceptions nor RTTI, on every
# compiler.

set(listing_sync_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror)

# Warnings and instrumentation: for the core and for everything linked to it.
function(listing_sync_common_rules target)
  target_compile_options(${target} PRIVATE ${listing_sync_warnings})
  if(LISTING_SYNC_SANITIZE)
    set(flags -fsanitize=${LISTING_SYNC_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(${target} PRIVATE ${flags})
    target_link_options(${target} PUBLIC ${flags})
  endif()
  if(LISTING_SYNC_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage)
    target_link_options(${target} PUBLIC --coverage)
  endif()
  if(LISTING_SYNC_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# For the core, and for test code that must see nlohmann exactly as the core does (nlohmann does not
# tag its namespace for JSON_NOEXCEPTION: mixing the two in one binary breaks the one-definition
# rule).
function(listing_sync_core_rules target)
  listing_sync_common_rules(${target})
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
  target_compile_definitions(${target} PUBLIC JSON_NOEXCEPTION=1 JSON_NO_IO=1)
  # Without the static separator fmt pulls in std::locale: 96 KB of wasm and two imports.
  target_compile_definitions(${target} PUBLIC "FMT_STATIC_THOUSANDS_SEPARATOR=','")
  target_link_libraries(${target} PRIVATE nlohmann_json::nlohmann_json fmt::fmt-header-only)
  if(EMSCRIPTEN AND NOT LISTING_SYNC_TESTS)
    target_compile_options(${target} PRIVATE -flto)  # with -O3: anything less costs 2-4x
  endif()
endfunction()
