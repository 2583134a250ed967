# Emscripten's own toolchain file, wherever this machine has it (emcmake is not used: it hands node
# a flag that Node 20 rejects).

find_program(EM_CONFIG em-config REQUIRED)
execute_process(COMMAND "${EM_CONFIG}" EMSCRIPTEN_ROOT OUTPUT_VARIABLE emscripten_root
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(CMAKE_CROSSCOMPILING_EMULATOR node CACHE STRING "What runs the built tests")
include("${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")
