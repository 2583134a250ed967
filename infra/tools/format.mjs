// Formats everything in place: clang-format for C++, prettier for the rest.
import { join } from 'node:path';
import { lastLines, runCommand } from './run-command.mjs';
import { filesBelow } from './source-files.mjs';
import { root } from './stage.mjs';
import { findClangTool } from './system-needs.mjs';

const clangFormat = findClangTool('clang-format') ?? 'clang-format';
const sources = ['core', 'wasm', 'tests'].flatMap((folder) =>
  filesBelow(root, folder, ['.h', '.cpp', '.c']),
);
const runs = [
  await runCommand(clangFormat, ['-i', ...sources], { cwd: root }),
  await runCommand(join(root, 'node_modules/.bin/prettier'), ['--write', '--log-level=warn', '.'], {
    cwd: root,
  }),
];
for (const run of runs.filter(({ ok }) => !ok)) {
  console.error(`${run.why}\n${lastLines(run.output)}`);
  process.exitCode = 1;
}
