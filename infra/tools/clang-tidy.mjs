// clang-tidy over the core and the bridge, one verdict per source kept in build/clang-tidy until
// the source, a project header it includes or the configuration changes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildPreset } from './cmake-presets.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { filesBelow, withIncludes } from './source-files.mjs';
import { keepLog, MINUTE_MS, root } from './stage.mjs';
import { findClangTool } from './system-needs.mjs';

const verdicts = join(root, 'build/clang-tidy');

/**
 * @param {string} file
 * @param {string} version
 */
function verdictFile(file, version) {
  const hash = createHash('sha256').update(version);
  for (const path of [
    '.clang-tidy',
    'infra/tools/cmake/compile_rules.cmake',
    ...withIncludes(root, file),
  ]) {
    hash.update(path).update(readFileSync(join(root, path)));
  }
  return join(verdicts, hash.digest('hex'));
}

/**
 * Findings in one source; '' is a clean one.
 * @param {string} program
 * @param {string} version
 * @param {string} file
 */
async function check(program, version, file) {
  const known = verdictFile(file, version);
  if (existsSync(known)) return '';
  // The wasm export attributes mean nothing to the native target.
  const args = ['--quiet', '-p', 'build/native', '--extra-arg=-Wno-unknown-attributes', file];
  const done = await runCommand(program, args, { cwd: root, timeoutMs: 4 * MINUTE_MS });
  if (done.ok) writeFileSync(known, file);
  return done.ok ? '' : `${done.output}\n${file}: ${done.why}`;
}

/** @returns {Promise<import('./stage.mjs').Outcome>} */
export async function clangTidy() {
  const program = findClangTool('clang-tidy');
  const version = program ? (await runCommand(program, ['--version'])).output.trim() : 'none';
  if (!program || !version.includes('version 14.')) {
    return {
      ok: true,
      skipped: true,
      summary: `checks differ: needs clang-tidy 14, not ${version}`,
    };
  }
  const built = await buildPreset(root, 'native'); // for compile_commands.json
  if (!built.ok)
    return { ok: false, summary: 'the build failed', detail: lastLines(built.output, 60) };
  mkdirSync(verdicts, { recursive: true });
  const files = [...filesBelow(root, 'core/src', ['.cpp']), ...filesBelow(root, 'wasm', ['.cpp'])];
  const findings = await checkAll(files, (file) => check(program, version, file));
  keepLog('clang-tidy', findings.join('\n'));
  if (findings.length === 0) return { ok: true, summary: `${files.length} files, no findings` };
  const share = `${findings.length} of ${files.length} files`;
  const summary = `findings in ${share} (build/logs/clang-tidy.log)`;
  return { ok: false, summary, detail: lastLines(findings.join('\n'), 80) };
}

/**
 * @param {string[]} files
 * @param {(file: string) => Promise<string>} checkOne
 */
async function checkAll(files, checkOne) {
  const waiting = [...files];
  /** @type {string[]} */
  const findings = [];
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const finding = await checkOne(file);
      if (finding) findings.push(finding);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return findings;
}
