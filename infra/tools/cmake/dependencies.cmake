# The three header-only libraries, the same way under every compiler: the installed headers when
# they are new enough, else the sources pinned by commit.
#
# find_package is not used: under the Emscripten toolchain file it finds nothing, and adding
# /usr/include to the search path puts glibc's headers before the sysroot's. So the one header
# folder needed is linked into the build folder, and that is what gets included.

set(listing_sync_headers "${CMAKE_BINARY_DIR}/_headers")

# HEADER is what gets included, VERSION a regular expression for the line of DEFINED_IN that states the
# version: its group 1 must be at least AT_LEAST. INCLUDE is the include folder of the fetched sources.
function(listing_sync_header_library target)
  set(fields HEADER DEFINED_IN VERSION AT_LEAST REPOSITORY COMMIT INCLUDE)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "${fields}" "")
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  find_path(found "${arg_HEADER}" HINTS /usr/include /usr/local/include /opt/homebrew/include
            NO_CMAKE_FIND_ROOT_PATH NO_CACHE)
  set(version 0)
  if(found)
    file(STRINGS "${found}/${arg_DEFINED_IN}" line REGEX "${arg_VERSION}" LIMIT_COUNT 1)
    if(line MATCHES "${arg_VERSION}")
      set(version "${CMAKE_MATCH_1}")
    endif()
  endif()
  if(version GREATER_EQUAL arg_AT_LEAST)
    get_filename_component(folder "${arg_HEADER}" DIRECTORY)
    file(MAKE_DIRECTORY "${listing_sync_headers}")
    file(CREATE_LINK "${found}/${folder}" "${listing_sync_headers}/${folder}" SYMBOLIC)
    set(include "${listing_sync_headers}")
  else()
    message(STATUS "${target}: no fitting headers installed, fetching commit ${arg_COMMIT}")
    listing_sync_fetch(${target} "${arg_REPOSITORY}" "${arg_COMMIT}" sources)
    set(include "${sources}/${arg_INCLUDE}")
  endif()
  target_include_directories(${target} SYSTEM INTERFACE "${include}")
endfunction()

# Sources only: no build files of the library run (SOURCE_SUBDIR names a folder without any).
function(listing_sync_fetch target repository commit out)
  include(FetchContent)
  string(MAKE_C_IDENTIFIER "${target}" name)
  FetchContent_Declare(${name} GIT_REPOSITORY "${repository}" GIT_TAG "${commit}"
                       SOURCE_SUBDIR no-build-files)
  FetchContent_MakeAvailable(${name})
  set(${out} "${${name}_SOURCE_DIR}" PARENT_SCOPE)
endfunction()

listing_sync_header_library(nlohmann_json::nlohmann_json
  HEADER nlohmann/json.hpp DEFINED_IN nlohmann/detail/abi_macros.hpp
  VERSION "define NLOHMANN_JSON_VERSION_MINOR ([0-9]+)" AT_LEAST 11
  REPOSITORY https://github.com/nlohmann/json.git
  COMMIT bc889afb4c5bf1c0d8ee29ef35eaaf4c8bef8a5d  # v3.11.2
  INCLUDE include)

listing_sync_header_library(fmt::fmt-header-only
  HEADER fmt/format.h DEFINED_IN fmt/core.h
  VERSION "define FMT_VERSION ([0-9]+)" AT_LEAST 90100
  REPOSITORY https://github.com/fmtlib/fmt.git
  COMMIT a33701196adfad74917046096bf5a2aa0ab0bb50  # 9.1.0
  INCLUDE include)
target_compile_definitions(fmt::fmt-header-only INTERFACE FMT_HEADER_ONLY=1)

if(LISTING_SYNC_TESTS)
  listing_sync_header_library(doctest::doctest
    HEADER doctest/doctest.h DEFINED_IN doctest/doctest.h
    VERSION "define DOCTEST_VERSION_PATCH ([0-9]+)" AT_LEAST 9
    REPOSITORY https://github.com/doctest/doctest.git
    COMMIT b7c21ec5ceeadb4951b00396fc1e4642dd347e5f  # 2.4.9
    INCLUDE .)
endif()
