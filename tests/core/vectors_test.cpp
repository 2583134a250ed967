// Every line of tests/vectors/*.tsv, natively (the same files run through the wasm from
// JavaScript).
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cell_support.h"

namespace {

namespace fs = std::filesystem;
namespace testing = listing_sync::testing;

#ifdef LISTING_SYNC_VECTORS_DIR
const fs::path kVectors(LISTING_SYNC_VECTORS_DIR);
#else
const fs::path kVectors = fs::path(__FILE__).parent_path().parent_path() / "vectors";
#endif

std::vector<std::string> split_at_tabs(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t from = 0;
  for (std::size_t tab = line.find('\t'); tab != std::string::npos; tab = line.find('\t', from)) {
    fields.push_back(line.substr(from, tab - from));
    from = tab + 1;
  }
  fields.push_back(line.substr(from));
  return fields;
}

/// Runs every example of a file; how many there were.
std::size_t run_vectors(const fs::path& path) {
  std::ifstream file(path);
  REQUIRE_MESSAGE(file.good(), path.string());
  std::size_t examples = 0;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> fields = split_at_tabs(line);
    CAPTURE(number);
    CAPTURE(line);
    REQUIRE(fields.size() == 4);
    const std::string got = testing::convert(fields[0], fields[1], fields[2], "Asia/Tokyo");
    CHECK_MESSAGE(testing::is_same_outcome(fields[3], got), path.filename().string(), ":", number,
                  " got ", got);
    ++examples;
  }
  return examples;
}

}  // namespace

TEST_CASE("every example of the rules for cells holds") {
  CHECK(run_vectors(kVectors / "cells.tsv") == 151);
}

TEST_CASE("every further example of what the rules decide holds") {
  CHECK(run_vectors(kVectors / "more.tsv") >= 1000);
}
