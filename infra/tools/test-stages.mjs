// The stages of npm test, in their order: what fails fastest and tells most comes first.
import { clangTidy } from './clang-tidy.mjs';
import { clangFormat, coverage, ctest, fuzz, mutants, sim } from './cpp-stages.mjs';
import { eslint, node, prettier, schema, tidy, typecheck } from './js-stages.mjs';

/** @type {import('./stage.mjs').Stage[]} */
export const stages = [
  { name: 'native', title: 'the core, g++ or the default compiler', run: () => ctest('native') },
  { name: 'asan', title: 'the core under ASan and UBSan', run: () => ctest('asan') },
  { name: 'wasm-tests', title: 'the core as WebAssembly', run: () => ctest('wasm-tests') },
  { name: 'coverage', title: 'line coverage of the core', run: coverage },
  { name: 'prettier', title: 'format of JavaScript and JSON', run: prettier },
  { name: 'eslint', title: 'lint of JavaScript', run: eslint },
  { name: 'clang-format', title: 'format of C++', run: clangFormat },
  { name: 'clang-tidy', title: 'bugs and waste in the core', run: clangTidy },
  { name: 'typecheck', title: 'JSDoc types (tsc, strict)', run: typecheck },
  { name: 'tidy', title: 'layers, purity, sizes', run: tidy },
  { name: 'schema', title: 'schema.sql against the migrations', run: schema },
  { name: 'sim', title: 'the simulator: faults in virtual time', run: sim },
  { name: 'node', title: 'boundary, handlers, database, harness', run: node },
  { name: 'mutants', title: 'the simulator finds planted bugs', run: mutants },
  { name: 'fuzz', title: 'each fuzz target for a minute', run: fuzz },
];
