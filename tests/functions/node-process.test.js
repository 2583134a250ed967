// The Node process is its own scheduler, and finds its mappings in files.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMappings } from '../../functions/adapters/node/mapping-files.js';
import { ConfigurationError } from '../../functions/app/configuration.js';
import { startServices } from '../runtimes/client.js';
import { waitUntil } from '../../infra/local/backend/wait-until.js';

const PROCESS = new URL('../../functions/adapters/node-process.js', import.meta.url);
const LOADER = new URL('../../wasm/js/load-node.js', import.meta.url);

test('it ticks by itself, and ends when it is told to, its work done', async (t) => {
  const services = await startServices({ rows: 30, seed: 8 });
  t.after(services.stop);
  const program = `
    import { serveProcess } from ${JSON.stringify(PROCESS)};
    import { loadCore } from ${JSON.stringify(LOADER)};
    await serveProcess({ loadCore, mappings: [], environment: process.env, tickMs: 50 });`;
  const args = ['--input-type=module', '--eval', program];
  const env = {
    ...services.environment,
    SYNC_MAPPING: new TextDecoder().decode(services.mapping),
    PORT: '0',
  };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const runs = () => services.backend.sql`select status from public.sync_runs`;
  const isSynced = async () =>
    (await runs()).some(({ status }) => status === 'completed') || child.exitCode !== null;
  await waitUntil(isSynced, { what: 'a run completed' });
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  const statuses = (await runs()).map(({ status }) => status);
  assert.ok(statuses.length > 0);
  assert.deepEqual([...new Set(statuses)], ['completed'], 'a run was cut off');
});

test('a path is a mapping file, or a folder of them in order of name', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'listing-sync-mappings-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['b.json', 'a.json', 'notes.txt']) writeFileSync(join(folder, name), name);
  assert.deepEqual(readMappings(folder), ['a.json', 'b.json']);
  assert.deepEqual(readMappings(join(folder, 'b.json')), ['b.json']);
  assert.throws(() => readMappings(join(folder, 'absent')), ConfigurationError);
});
