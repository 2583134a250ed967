# libFuzzer comes with clang: 14 where there is one (the version the project is measured with), else
# the newest.

find_program(FUZZ_CXX
             NAMES clang++-14 clang++-19 clang++-18 clang++-17 clang++-16 clang++-15 clang++
             HINTS /opt/homebrew/opt/llvm/bin /usr/local/opt/llvm/bin REQUIRED)
string(REPLACE "clang++" "clang" fuzz_cc "${FUZZ_CXX}")
set(CMAKE_CXX_COMPILER "${FUZZ_CXX}")
set(CMAKE_C_COMPILER "${fuzz_cc}")
