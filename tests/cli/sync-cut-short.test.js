// `sync` that does not see the end: Ctrl-C, a server that dies in the middle, one that hangs. The
// run itself is never lost.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { assertWhole } from '../e2e/support.js';
import { startDoor } from '../e2e/door.js';
import { call, onlyJson, start, startCliStack, startOnTerminal } from './support.js';
import { startStranger, visible } from './support.js';

/** @typedef {import('./support.js').CliStack} CliStack */

/** @type {CliStack} */
let cli;
/** @type {Awaited<ReturnType<typeof startDoor>>} */
let door;
/** The function, by way of the door. @type {Record<string, string>} */
let behindDoor;

before(async () => {
  cli = await startCliStack({ seed: 5, environment: { SYNC_INTERVAL: '5' } });
  door = await startDoor(cli.stack.url);
  behindDoor = { ...cli.remote, SYNC_URL: door.url };
});
after(async () => {
  await door?.shut();
  await cli?.stack.stop();
});
afterEach(() => cli.stack.backend.spoil(null));

/** @type {import('../../infra/local/faults.js').Chooser} */
const SLOW = (kind) => (kind === 'sync_commit' ? { delayMs: 250 } : null);

/** From now on a run takes seconds: each commit of ten rows is late. */
async function slowly() {
  await cli.stack.backend.sql`truncate public.property_listings, public.sync_errors`;
  cli.stack.backend.spoil(SLOW);
}

const ARGS = ['sync', '--batch-size', '10'];
const SYNC_ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/;

/** @param {string} text */
const syncIdIn = (text) => String(SYNC_ID.exec(text)?.[0]);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  test(`remote: ${signal} ends the waiting with 130, and the function finishes the run`, async () => {
    await slowly();
    const { child, ended, sees } = start(ARGS, cli.remote);
    await sees('stderr', /\d+\/\d+ rows/);
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stdout], [130, '']);
    const told = new RegExp(
      `\ninterrupted; the run ${SYNC_ID.source} goes on at ${cli.stack.url}: `,
    );
    assert.match(stderr, told);
    const syncId = syncIdIn(stderr);
    assert.ok(stderr.includes(`\`listing-sync status ${syncId}\` shows it`), stderr);
    await assertWhole(cli.stack, await cli.stack.api.follow(syncId), cli.stack.truth);
  });

  test(`local: ${signal} ends with 130, and the next sync finishes the same run`, async () => {
    await slowly();
    const { child, ended, sees } = start([...ARGS, '--json'], cli.local);
    await sees('stderr', /\d+\/\d+ rows/);
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stdout], [130, ''], stderr);
    assert.match(
      stderr,
      /\ninterrupted; the run .* stays open: in a minute the next tick, or `sync`, goes on/,
    );
    const syncId = syncIdIn(stderr);
    assert.equal((await cli.stack.api.status(syncId)).status, 'in_progress');
    cli.stack.backend.spoil(null);
    const { ended: nextEnded, sees: next } = start(['sync', '--json', '--held-ok'], cli.local);
    await next('stderr', /^! another worker has this source, or was killed within this minute; w/m);
    await cli.stack.backend.sql`update public.sync_state set lease_until = now()`; // a minute later
    const told = await nextEnded;
    assert.equal(told.code, 0, told.stderr);
    assert.equal(told.stderr.match(/another worker/g)?.length, 1);
    await assertWhole(cli.stack, await cli.stack.api.status(syncId), cli.stack.truth);
  });
}

test('Ctrl-C on a terminal takes the bar away', async () => {
  await slowly();
  const { child, ended, sees } = startOnTerminal(ARGS, cli.remote, { columns: 80 });
  await sees('stdout', /█/);
  child.stdin.write('\u0003'); // as a keyboard does it
  const { code, stdout } = await ended;
  assert.equal(code, 130);
  assert.match(visible(stdout), /␍␛\[Kinterrupted; the run/);
  await cli.stack.api.follow(syncIdIn(stdout));
});

test('Ctrl-C before the run is recorded says that it may have been', async () => {
  const stranger = await startStranger((request, response) => {
    if (request.method === 'POST') return; // never answers
    response.setHeader('content-type', 'application/json').end('{"sources":["property-listings"]}');
  });
  const { child, ended } = start(['sync'], { ...cli.remote, SYNC_URL: stranger.url });
  await new Promise((resolve) => setTimeout(resolve, 600));
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  stranger.stop();
  assert.deepEqual(
    [code, stderr],
    [130, 'interrupted; the run may have been recorded: `listing-sync status` tells\n'],
  );
});

describe('a server that dies in the middle', () => {
  test('and comes back costs a line: the run is followed to its end', async () => {
    await slowly();
    const { ended, sees } = start([...ARGS, '--held-ok', '--json'], behindDoor);
    await sees('stderr', /\d+\/\d+ rows/);
    await door.shut();
    await sees('stderr', /\n! nobody answers at http:.* \(ECONNREFUSED\); still trying\n/);
    await door.open();
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, stderr);
    await assertWhole(cli.stack, onlyJson(stdout), cli.stack.truth);
    assert.equal(stderr.match(/still trying/g)?.length, 1, 'told once, not at each look');
  });

  test('and does not come back ends with 3, and says how to find the run', async () => {
    await slowly();
    const { ended, sees } = start([...ARGS, '--timeout', '1', '--json'], behindDoor);
    await sees('stderr', /\d+\/\d+ rows/);
    await door.shut();
    const { code, stdout, stderr } = await ended;
    await door.open();
    assert.equal(code, 3);
    assert.equal(onlyJson(stdout).code, 'unreachable');
    assert.match(stderr, /\n✖ nobody answers at .*\n {2}→ the run [\da-f-]{36} goes on at http/);
    await cli.stack.api.follow(syncIdIn(stderr));
  });

  test('a database that does not answer the looks is told and outlasted by local work', async () => {
    await slowly();
    const { ended, sees } = start([...ARGS, '--held-ok'], cli.local);
    await sees('stderr', /\d+\/\d+ rows/);
    // The looks alone fail: a worker that is cut off would keep its lease for a minute.
    cli.stack.backend.spoil((kind) => (kind === 'sync_read_status' ? { status: 503 } : SLOW(kind)));
    await sees('stderr', /\n! .*database.*; still trying\n/);
    cli.stack.backend.spoil(null);
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^✔ completed/);
    await assertWhole(cli.stack, await lastRun(), cli.stack.truth);
  });
});

const lastRun = async () => onlyJson((await call(['status', '--json'], cli.remote)).stdout);

test('another run that is open is waited for, then comes this one', async () => {
  await slowly();
  const { syncId } = await cli.stack.api.trigger({ batchSize: 10 });
  const { code, stdout, stderr } = await call(['sync', '--held-ok', '--json'], cli.remote);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^ {2}queued: another run is open\n/);
  assert.notEqual(onlyJson(stdout).syncId, syncId);
});
