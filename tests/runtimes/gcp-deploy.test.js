// Google Cloud only: the script in the bundle, run with a recorder in gcloud's place.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { PRESETS } from '../../functions/app/budgets.js';
import { buildBundle } from './built.js';

const { folder, remove } = await buildBundle('gcp');
const tools = mkdtempSync(join(tmpdir(), 'listing-sync-gcloud-'));
after(() => {
  remove();
  rmSync(tools, { recursive: true });
});

/**
 * What the script asks of gcloud, in its order.
 * @param {{ exists: boolean }} cloud whether topic and schedule are there already
 */
function deploy({ exists }) {
  const record = join(tools, 'calls');
  const missing = exists ? '' : 'if [ "$3" = describe ]; then exit 1; fi\n';
  const script = `#!/bin/sh\nprintf '%s|' "$@" >> "${record}"\necho >> "${record}"\n${missing}`;
  writeFileSync(join(tools, 'gcloud'), script, { mode: 0o755 });
  writeFileSync(record, '');
  const env = { PATH: [tools, process.env.PATH].join(delimiter) };
  const { status, stderr } = spawnSync(join(folder, 'deploy.sh'), ['europe-west1'], { env });
  assert.equal(status, 0, stderr.toString());
  return readFileSync(record, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('|').slice(0, -1));
}

/** @param {string[][]} calls the words before the name of what is meant */
const verbs = (calls) => calls.map((call) => call.join(' ').replace(/ listing-sync.*/, ''));

test('both functions are deployed from the same folder, with the limits that the budgets expect', () => {
  const deployments = deploy({ exists: true }).filter(([first]) => first === 'functions');
  assert.deepEqual(
    deployments.map((call) => call.find((word) => word.startsWith('--entry-point'))),
    ['--entry-point=api', '--entry-point=scheduled'],
  );
  for (const call of deployments) {
    for (const option of ['--region=europe-west1', '--source=.', '--memory=512Mi']) {
      assert.ok(call.includes(option), option);
    }
    const seconds = Number(call.find((word) => word.startsWith('--timeout='))?.match(/\d+/)?.[0]);
    assert.ok(seconds * 1000 > Number(PRESETS.gcp.wall_ms));
  }
});

test('topic and schedule are made once', () => {
  const [first, again] = [deploy({ exists: false }), deploy({ exists: true })];
  assert.deepEqual(verbs(first), [
    'pubsub topics describe',
    'pubsub topics create',
    'functions deploy',
    'functions deploy',
    'scheduler jobs describe',
    'scheduler jobs create pubsub',
  ]);
  assert.deepEqual(verbs(again), [
    'pubsub topics describe',
    'functions deploy',
    'functions deploy',
    'scheduler jobs describe',
  ]);
  const schedule = first[5].find((word) => word.startsWith('--schedule='));
  assert.equal(schedule, '--schedule=*/5 * * * *');
});
