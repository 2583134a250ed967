// The three symbols that libc would import from the host: with them defined here, core.wasm has
// zero imports. Compiled as C. Nothing else belongs in this file.

// Called after memory has grown; the host looks at memory.buffer anew after each call instead.
void emscripten_notify_memory_growth(unsigned long memory_index);
void emscripten_notify_memory_growth(unsigned long memory_index) { (void)memory_index; }

// abort() ends here: a trap drops the instance.
_Noreturn void _Exit(int code);
_Noreturn void _Exit(int code) {
  (void)code;
  __builtin_trap();
}

_Noreturn void __assert_fail(const char* expression, const char* file, int line, const char* name);
_Noreturn void __assert_fail(const char* expression, const char* file, int line, const char* name) {
  (void)expression;
  (void)file;
  (void)line;
  (void)name;
  __builtin_trap();
}
