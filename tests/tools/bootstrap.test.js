// The bootstrap on machines that lack something. The machine is a folder of programs that is all of
// PATH; apt and sudo are small scripts that write down how they were called.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const onlyLinux = { skip: process.platform === 'linux' ? false : 'apt is a matter of Linux' };
const asRoot = 'process.getuid = () => 0;';
const asUser = 'process.getuid = () => 1000;';

/**
 * A clone without node_modules and a machine with nothing but the given programs.
 * @param {import('node:test').TestContext} t
 * @param {Record<string, string>} programs name to shell script
 */
function bareMachine(t, programs) {
  const folder = mkdtempSync(join(tmpdir(), 'listing-sync-bootstrap-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'infra/tools'), join(folder, 'infra/tools'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  for (const [name, script] of Object.entries(programs)) {
    const lines = ['#!/bin/sh', `echo "${name} $*" >> "${folder}/calls"`, script];
    writeFileSync(join(folder, 'bin', name), `${lines.join('\n')}\n`, { mode: 0o755 });
  }
  const calls = () =>
    existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '';
  return { folder, calls };
}

/**
 * @param {string} folder
 * @param {string} before JavaScript that runs first, to be another user or another Node
 */
function bootstrap(folder, before) {
  const args = ['--import', `data:text/javascript,${encodeURIComponent(before)}`];
  return spawnSync(process.execPath, [...args, 'infra/tools/bootstrap.mjs', '--for', 'start'], {
    cwd: folder,
    env: { PATH: join(folder, 'bin') },
    encoding: 'utf8',
    timeout: 60_000,
  });
}

test(
  'without the right to install it names the command to run and changes nothing',
  onlyLinux,
  (t) => {
    const { folder, calls } = bareMachine(t, { 'apt-get': '', sudo: 'exit 1' });
    const { status, stderr } = bootstrap(folder, asUser);
    assert.equal(status, 1);
    assert.match(stderr, /CMake 3\.25 or newer, ninja or make, Emscripten/);
    assert.match(
      stderr,
      /sudo apt-get update && sudo apt-get install -y .*cmake ninja-build emscripten/,
    );
    assert.equal(calls(), 'sudo -n true\n');
    assert.equal(existsSync(join(folder, 'node_modules')), false);
  },
);

test('when apt fails its last lines are shown', onlyLinux, (t) => {
  const apt = 'case "$*" in *install*) echo "E: Unable to fetch some archives"; exit 100;; esac';
  const { folder, calls } = bareMachine(t, { 'apt-get': apt, 'apt-cache': '', env: '' });
  linkEnv(folder);
  const { status, stderr } = bootstrap(folder, asRoot);
  assert.equal(status, 1);
  assert.match(stderr, /apt-get install .*cmake.* failed; its last lines:\n {2}E: Unable to fetch/);
  assert.match(calls(), /apt-get .*update/);
  assert.equal(existsSync(join(folder, 'node_modules')), false);
});

test('where apt installs a version that is too old it says so', onlyLinux, (t) => {
  const { folder } = bareMachine(t, {
    'apt-get': '',
    'apt-cache': '',
    cmake: 'echo version 3.22.1',
  });
  linkEnv(folder);
  const { status, stderr } = bootstrap(folder, asRoot);
  assert.equal(status, 1);
  assert.match(stderr, /Installed, but still not found: CMake 3\.25 or newer/);
});

test('without a known package manager it names what to install', onlyLinux, (t) => {
  const { folder } = bareMachine(t, {});
  const { status, stderr } = bootstrap(folder, asUser);
  assert.equal(status, 1);
  assert.match(stderr, /neither apt-get nor brew/);
  assert.match(stderr, /- CMake 3\.25 or newer\n {2}- ninja or make\n {2}- Emscripten/);
});

test('an older Node is told which one is needed', (t) => {
  const { folder } = bareMachine(t, {});
  const older = "Object.defineProperty(process, 'versions', { value: { node: '20.18.3' } });";
  const { status, stderr } = bootstrap(folder, older);
  assert.equal(status, 1);
  assert.equal(stderr, 'Listing Sync needs Node 20.19 or newer; this is Node 20.18.3.\n');
});

/**
 * apt-get is called through env, which the bare machine has too.
 * @param {string} folder
 */
function linkEnv(folder) {
  const script = `#!/bin/sh\nshift\nexec "$@"\n`;
  writeFileSync(join(folder, 'bin/env'), script, { mode: 0o755 });
}
