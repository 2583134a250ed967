// `watch`, here and over HTTP: runs as they end, the open one as it goes, health where it changes,
// outages; and its ordinary end by Ctrl-C.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runToEnd } from '../e2e/support.js';
import { startDoor } from '../e2e/door.js';
import { assertSchema, jsonLines, start, startCliStack } from './support.js';
import { startOnTerminal, visible } from './support.js';

/** @typedef {import('./support.js').CliStack} CliStack */

/** What comes first of all. */
const LAST_RUN = /.{19} {2}[\w, ]+ completed in/;

/** @type {CliStack} */
let cli;
before(async () => {
  cli = await startCliStack({ seed: 5, environment: { SYNC_INTERVAL: '5' } });
  for (let i = 0; i < 2; i += 1) await runToEnd(cli.stack);
});
after(() => cli?.stack.stop());

/** @param {ReturnType<typeof start>} watcher @param {'SIGINT' | 'SIGTERM'} [signal] */
async function stopped({ child, ended }, signal = 'SIGINT') {
  child.kill(signal);
  const told = await ended;
  assert.deepEqual([told.code, told.signal], [0, null], told.stderr);
  return told;
}

for (const way of /** @type {const} */ (['local', 'remote'])) {
  describe(way, () => {
    test('shows the last run and each new one in a line; Ctrl-C ends it with 0', async () => {
      const watcher = start(['watch'], cli[way]);
      await watcher.sees('stdout', LAST_RUN);
      await runToEnd(cli.stack, { propertyNumbers: ['AA10001'] });
      await watcher.sees(
        'stdout',
        /✔ .* selective of 1 completed in .* {2}1 row, nothing to change\n/,
      );
      const { stdout, stderr } = await stopped(watcher);
      assert.equal(stderr, '', 'no terminal, no bar');
      const kinds = [...stdout.matchAll(/^(.) .{19} {2}(\w+)/gm)].map(
        ([, sign, kind]) => sign + kind,
      );
      assert.deepEqual(kinds, ['✔healthy', way === 'local' ? '✔full' : '✔selective', '✔selective']);
    });

    test('--json is one line for each event, of the schemas of the API', async () => {
      const watcher = start(['watch', '--json'], cli[way]);
      await watcher.sees('stdout', /"event":"run"/);
      await runToEnd(cli.stack, { propertyNumbers: ['AA10001', 'AA10002', 'AA10003'] });
      await watcher.sees('stdout', /"numbers":3/);
      const { stdout } = await stopped(watcher, 'SIGTERM');
      const events = jsonLines(stdout);
      assert.deepEqual(
        events.map(({ event }) => event),
        ['health', 'run', 'run'],
      );
      assertSchema('Health', events[0].health);
      for (const { run } of events.slice(1)) assertSchema('HistoryRun', run);
    });
  });
}

test('on a terminal the open run has a bar with its rate, which makes place for its line', async () => {
  const { backend } = cli.stack;
  await backend.sql`truncate public.property_listings`;
  backend.spoil((kind) => (kind === 'sync_commit' ? { delayMs: 600 } : null));
  const watcher = startOnTerminal(['watch'], cli.remote, { columns: 80 });
  await watcher.sees('stdout', LAST_RUN);
  await runToEnd(cli.stack, { batchSize: 10 });
  backend.spoil(null);
  await watcher.sees('stdout', /58 inserted/);
  watcher.child.stdin.write('\u0003'); // as a keyboard does it
  const { code, stdout } = await watcher.ended;
  assert.equal(code, 0);
  const told = visible(stdout);
  assert.match(
    told,
    /␍ {2}␛\[32m█+␛\[0m␛\[2m░+␛\[0m +\d+ % {2}\d+\/59 rows {2}[\d.]+ rows\/s {2}\d+ s left␛\[K/,
  );
  assert.match(told, /␍␛\[K␛\[32m✔␛\[0m .{19} {2}full completed in/);
});

test('an outage is told once and outlasted; what has happened meanwhile is not lost', async () => {
  const door = await startDoor(cli.stack.url);
  const watcher = start(['watch'], { ...cli.remote, SYNC_URL: door.url });
  await watcher.sees('stdout', LAST_RUN);
  await door.shut();
  await watcher.sees('stderr', /^! nobody answers at http.* \(ECONNREFUSED\); still trying\n$/);
  await runToEnd(cli.stack, { propertyNumbers: ['AA10001', 'AA10002'] });
  await door.open();
  await watcher.sees('stdout', /selective of 2 completed/);
  const { stderr } = await stopped(watcher);
  assert.match(stderr, /^! nobody answers at [^\n]*\nreached again\n$/);
  await door.shut();
});

test('health that changes is told with its reasons, once', async () => {
  const watcher = start(['watch'], cli.remote);
  await watcher.sees('stdout', LAST_RUN);
  cli.stack.backend.spoil(() => ({ status: 503, body: 'Service Unavailable' }));
  await watcher.sees('stdout', /\n✖ .{19} {2}unknown {2}.*database.*\n/);
  cli.stack.backend.spoil(null);
  await watcher.sees('stdout', /unknown.*\n(.*\n)*✔ .{19} {2}healthy\n/);
  const { stdout, stderr } = await stopped(watcher);
  assert.deepEqual([stdout.match(/unknown/g)?.length, stderr], [1, '']);
});

test('nobody there at the start ends with 3', async () => {
  const door = await startDoor(cli.stack.url);
  await door.shut();
  const { code, stdout, stderr } = await start(['watch'], { ...cli.remote, SYNC_URL: door.url })
    .ended;
  assert.deepEqual([code, stdout], [3, '']);
  assert.match(stderr, /^✖ nobody answers at .*\n {2}→ check --url/);
});
