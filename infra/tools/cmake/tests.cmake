# The doctest suite (native and as wasm under node) and the fuzz targets.

include(CTest)

# Test support that needs nlohmann (the oracle of the differential tests) is compiled by the core's
# rules; test files themselves are compiled with exceptions and never include nlohmann.
file(GLOB oracle_sources CONFIGURE_DEPENDS tests/fuzz/oracle.cpp)
if(oracle_sources)
  add_library(test_oracle STATIC ${oracle_sources})
  target_link_libraries(test_oracle PUBLIC core)
  target_include_directories(test_oracle PUBLIC tests PRIVATE core/src)
  listing_sync_core_rules(test_oracle)
endif()

# Models of the sheet, the database and the host around an engine; compiled like tests.
file(GLOB support_sources CONFIGURE_DEPENDS tests/support/*.cpp)
list(FILTER support_sources EXCLUDE REGEX "_main\\.cpp$")
add_library(test_support STATIC ${support_sources})
target_link_libraries(test_support PUBLIC core)
target_include_directories(test_support PUBLIC tests)
listing_sync_common_rules(test_support)
if(EMSCRIPTEN)
  target_compile_options(test_support PRIVATE -fwasm-exceptions)
endif()

function(listing_sync_test_program name)
  add_executable(${name} ${ARGN})
  target_include_directories(${name} PRIVATE core/src tests)
  target_link_libraries(${name} PRIVATE test_support core $<TARGET_NAME_IF_EXISTS:test_oracle>)
  listing_sync_common_rules(${name})
endfunction()

# One ctest entry per test file: they run side by side, and a trap in one hides no other.
function(listing_sync_core_tests)
  file(GLOB files CONFIGURE_DEPENDS tests/core/*.cpp)
  listing_sync_test_program(core_tests ${files})
  target_link_libraries(core_tests PRIVATE doctest::doctest)
  target_compile_definitions(core_tests PRIVATE "LISTING_SYNC_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"")
  if(EMSCRIPTEN)
    target_compile_options(core_tests PRIVATE -fwasm-exceptions)
    target_link_options(core_tests PRIVATE -fwasm-exceptions -sSINGLE_FILE -sEXIT_RUNTIME
                        -sALLOW_MEMORY_GROWTH -sTOTAL_STACK=256KB -sNODERAWFS)
    # emcc's programs are CommonJS; this repository's package.json would have node read them as ES
    # modules.
    file(WRITE "${CMAKE_BINARY_DIR}/package.json" "{ \"type\": \"commonjs\" }\n")
    # Debian's emcc looks for node modules that NodeSource's node does not search by itself.
    set_target_properties(core_tests PROPERTIES CXX_LINKER_LAUNCHER
                          "${CMAKE_COMMAND};-E;env;NODE_PATH=/usr/share/nodejs")
  endif()
  file(GLOB test_files CONFIGURE_DEPENDS tests/core/*_test.cpp)
  foreach(file IN LISTS test_files)
    get_filename_component(name "${file}" NAME_WE)
    add_test(NAME ${name} COMMAND core_tests --no-colors=true "--source-file=*/${name}.cpp"
             WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    # A file whose tests are not found must not pass.
    set_tests_properties(${name} PROPERTIES TIMEOUT 300
                         FAIL_REGULAR_EXPRESSION "test cases: +0 \\|")
  endforeach()
endfunction()

function(listing_sync_fuzz_targets)
  file(GLOB files CONFIGURE_DEPENDS tests/fuzz/*_fuzz.cpp)
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME_WE)
    listing_sync_test_program(${name} "${file}")
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  endforeach()
endfunction()

# The simulator, tests/sim: built by the preset `sim`, optimised (infra/tools/sim.mjs).
function(listing_sync_simulator)
  find_package(Threads REQUIRED)
  file(GLOB files CONFIGURE_DEPENDS tests/sim/*.cpp)
  list(FILTER files EXCLUDE REGEX "model_main\\.cpp$")
  listing_sync_test_program(sim ${files})
  target_link_libraries(sim PRIVATE Threads::Threads)
  set_target_properties(sim PROPERTIES EXCLUDE_FROM_ALL ON)
endfunction()

if(LISTING_SYNC_TESTS)
  listing_sync_core_tests()
  if(NOT EMSCRIPTEN)
    # Plays a recorded run back: tests/wasm/recorded-run.test.js compares it with the wasm's.
    listing_sync_test_program(replay tests/support/replay_main.cpp)
    # The database model as a program: tests/sql/model-against-sql.test.js holds it to the SQL.
    listing_sync_test_program(model tests/sim/model_main.cpp)
    listing_sync_simulator()
    include(mutants)
  endif()
endif()
if(LISTING_SYNC_FUZZ)
  listing_sync_fuzz_targets()
endif()
