// The program as a process: what surrounds the commands.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { call, onlyJson } from './support.js';

const PROGRAM = fileURLToPath(new URL('../../infra/cli/main.js', import.meta.url));

test('a reader that has enough (| head) is no error', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'doctor'], { env: { PATH: process.env.PATH } });
  let told = '';
  child.stderr.on('data', (chunk) => (told += chunk));
  child.stdout.destroy();
  await once(child, 'close');
  assert.equal(told, '');
});

test('a command line that is wrong is a document, too, where JSON is wanted', async () => {
  const wrong = [
    ['errors', '--limit', '0'],
    ['status', 'no-run'],
    ['health', '--url', 'ftp://x'],
    ['sync', '--url', 'http://localhost:1'],
    ['transform', '-'],
    ['doctor', '--no-such-option'],
    ['init'],
  ];
  for (const args of wrong) {
    const { code, stdout, stderr } = await call([...args, '--json']);
    const { code: word, title } = onlyJson(stdout);
    assert.deepEqual([code, word], [2, 'wrong_usage'], args.join(' '));
    assert.ok(stderr.startsWith(`✖ ${title}\n`), stderr);
    assert.equal((await call(args)).stdout, '', 'and words otherwise');
  }
});
