// The program as a process: what surrounds the commands.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../infra/cli/main.js', import.meta.url));

test('a reader that has enough (| head) is no error', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'doctor'], { env: { PATH: process.env.PATH } });
  let told = '';
  child.stderr.on('data', (chunk) => (told += chunk));
  child.stdout.destroy();
  await once(child, 'close');
  assert.equal(told, '');
});
