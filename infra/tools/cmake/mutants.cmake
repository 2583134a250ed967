# sim_mutants: the simulator around a copy of the core, the models and itself in which every bug of
# tests/sim/mutants is planted, each behind a switch (infra/tools/plant-mutants.mjs). Nothing else is
# built from the copy.

set(planted_folder "${CMAKE_BINARY_DIR}/planted")

# The files of the copy that come from these patterns.
function(listing_sync_planted_files out)
  file(GLOB files CONFIGURE_DEPENDS RELATIVE "${CMAKE_SOURCE_DIR}" ${ARGN})
  list(FILTER files EXCLUDE REGEX "_main\\.cpp$")
  list(TRANSFORM files PREPEND "${planted_folder}/")
  set_source_files_properties(${files} PROPERTIES GENERATED ON)
  set(${out} ${files} PARENT_SCOPE)
endfunction()

listing_sync_planted_files(planted_core core/src/*.cpp core/src/*/*.cpp)
listing_sync_planted_files(planted_world tests/support/*.cpp tests/sim/*.cpp)
# Named too, or a header that the copying changes would be noticed by the next build only.
listing_sync_planted_files(planted_headers core/include/*/*.h core/src/*/*.h tests/support/*.h
                           tests/sim/*.h)

# Always runs: it takes a moment, and writes only what has changed.
add_custom_target(plant_mutants
  COMMAND node infra/tools/plant-mutants.mjs --mutants tests/sim/mutants --to "${planted_folder}"
          core/include core/src tests/support tests/sim
  WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
  BYPRODUCTS ${planted_core} ${planted_world} ${planted_headers}
             "${planted_folder}/planted_names.h"
  VERBATIM)

set(planted_switch "${CMAKE_SOURCE_DIR}/tests/sim/mutants/planted")
add_library(planted_core STATIC EXCLUDE_FROM_ALL ${planted_core})
target_include_directories(planted_core PUBLIC "${planted_folder}/core/include"
                           PRIVATE "${planted_folder}/core/src")
listing_sync_core_rules(planted_core)

add_executable(sim_mutants EXCLUDE_FROM_ALL ${planted_world} "${planted_switch}.cpp")
target_include_directories(sim_mutants PRIVATE "${planted_folder}/tests" "${planted_folder}")
target_link_libraries(sim_mutants PRIVATE planted_core Threads::Threads)
listing_sync_common_rules(sim_mutants)

foreach(target planted_core sim_mutants)
  add_dependencies(${target} plant_mutants)
  target_compile_options(${target} PRIVATE -include "${planted_switch}.h")
endforeach()
