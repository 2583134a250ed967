// replay FILE: plays a recorded run into a native engine and prints what it answers.
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>

#include "support/recording.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: replay FILE\n";
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  if (!file) {
    std::cerr << "replay: cannot read " << argv[1] << "\n";
    return 2;
  }
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  try {
    std::cout << listing_sync::testing::replay(listing_sync::testing::read_recording(bytes));
  } catch (const std::exception& error) {
    std::cerr << "replay: " << error.what() << "\n";
    return 1;
  }
  return std::cout.flush() ? 0 : 1;
}
