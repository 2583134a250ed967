// The examples of schedulers (infra/schedules, docs/deploy/schedules.md): what they start is run
// literally, by a shell, against the real Node server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort } from '../../infra/local/backend/free-port.js';
import { waitUntil } from '../../infra/local/backend/wait-until.js';
import { fencesOf } from '../docs/fences.js';
import { startTestStack } from '../e2e/support.js';
import { root, textOf } from '../tidy/source-text.js';

const SECRET = 'the-schedulers-own-secret';
const READ_TOKEN = 'a-token-for-reading-only';
const FOLDER = 'infra/schedules';
const TICK = join(root, FOLDER, 'tick.sh');
/** curl's exit codes. */
const [REFUSED, UNREACHABLE] = [22, 7];

const workflow = textOf(`${FOLDER}/github-actions.yml`);
const crontab = textOf(`${FOLDER}/listing-sync-tick.cron`);
const service = textOf(`${FOLDER}/listing-sync-tick.service`);
const timer = textOf(`${FOLDER}/listing-sync-tick.timer`);

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} env all it gets, beside PATH
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
function start(program, args, env) {
  const options = { env: { PATH: process.env.PATH, ...env }, cwd: root };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

/** The step of the workflow, without the indentation that YAML takes away. */
function stepOf(/** @type {string} */ text) {
  const [, block] = /^ +run: \|\n((?: {10}.*\n?)+)$/m.exec(text) ?? [];
  assert.ok(block, 'there is a step');
  return block.replace(/^ {10}/gm, '');
}

describe('schedulers outside', () => {
  /** @type {Awaited<ReturnType<typeof startTestStack>>} */
  let stack;
  /** @type {Record<string, string>} */
  let variables;
  before(async () => {
    stack = await startTestStack({
      rows: 300,
      seed: 11,
      environment: { CRON_SECRET: SECRET, SYNC_READ_TOKEN: READ_TOKEN, SYNC_INTERVAL: '0' },
    });
    variables = { LISTING_SYNC_URL: stack.url, CRON_SECRET: SECRET };
  });
  after(() => stack?.stop());

  /** @param {() => ReturnType<typeof start>} tick */
  async function opensARun(tick) {
    const completed = async () =>
      (await stack.backend.sql`select from public.sync_runs where status = 'completed'`).length;
    const before = await completed();
    const ended = await tick();
    assert.equal(ended.code, 0, ended.stderr);
    await waitUntil(async () => (await completed()) > before, { what: 'a run has completed' });
    return ended;
  }
  const nowhere = async () => ({
    ...variables,
    LISTING_SYNC_URL: `http://127.0.0.1:${await freePort()}`,
  });

  describe('GitHub Actions', () => {
    // A step runs by `bash -e`, with the variables of its env.
    const step = (/** @type {Record<string, string>} */ env) =>
      start('bash', ['--norc', '-e', '-c', stepOf(workflow)], env);

    test('the step ticks, and shows the answer', async () => {
      const { stdout } = await opensARun(() => step(variables));
      assert.deepEqual(JSON.parse(stdout), { status: 'accepted' });
    });

    test('the step fails where the secret is wrong, and shows why', async () => {
      const { code, stdout } = await step({ ...variables, CRON_SECRET: 'not-the-secret-at-all' });
      assert.deepEqual([code, JSON.parse(stdout).code], [REFUSED, 'unauthorized']);
    });

    test('the step fails where nobody answers', async () => {
      const { code, stderr } = await step(await nowhere());
      assert.equal(code, UNREACHABLE, stderr);
    });

    test('the workflow hands the step its variables, and runs one at a time and not for long', () => {
      const names = stepOf(workflow).match(/(?<=\$)[A-Z_]+/g) ?? [];
      assert.deepEqual(names.sort(), Object.keys(variables).sort());
      for (const name of names) {
        assert.match(
          workflow,
          new RegExp(`^ {10}${name}: \\$\\{\\{ (vars|secrets)\\.${name} \\}\\}$`, 'm'),
        );
      }
      assert.match(workflow, /^ {10}CRON_SECRET: \$\{\{ secrets\.CRON_SECRET \}\}$/m);
      assert.match(
        workflow,
        /^on:\n {2}schedule:\n(?: *#.*\n)* {4}- cron: '2-59\/5 \* \* \* \*'$/m,
      );
      assert.match(workflow, /^concurrency:\n {2}group: [\w-]+$/m);
      assert.match(workflow, /^ {4}timeout-minutes: \d+$/m);
      assert.match(workflow, /^permissions: \{\}$/m);
      assert.doesNotMatch(workflow, /\t| $/m);
    });
  });

  describe('cron and systemd', () => {
    /** @type {string} */
    let folder;
    /** @type {string} */
    let file;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'listing-sync-schedule-'));
      file = join(folder, 'tick.env');
      const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
      writeFileSync(file, lines.join(''), { mode: 0o600 });
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    /** @param {string} command with the paths the guide installs to */
    const installed = (command) =>
      command
        .replace('/opt/listing-sync/tick.sh', `'${TICK}'`)
        .replace('/etc/listing-sync-tick.env', `'${file}'`);

    test('the line of the crontab ticks every 5 minutes, and says nothing', async () => {
      const line = /^(\S+(?: \S+){4}) root (.*)$/m.exec(crontab);
      assert.ok(line);
      assert.equal(line[1], '*/5 * * * *');
      const ended = await opensARun(() => start('sh', ['-c', installed(line[2])], {}));
      assert.deepEqual([ended.stdout, ended.stderr], ['', '']);
    });

    test('the unit ticks with the variables of its file, and says nothing', async () => {
      assert.match(timer, /^OnCalendar=\*:0\/5$/m);
      assert.match(service, /^EnvironmentFile=\/etc\/listing-sync-tick\.env$/m);
      const command = /^ExecStart=(.*)$/m.exec(service)?.[1] ?? '';
      const ended = await opensARun(() => start('sh', ['-c', installed(command)], variables));
      assert.deepEqual([ended.stdout, ended.stderr], ['', '']);
    });

    test('tick.sh fails aloud: a wrong secret, nobody there, a variable missing', async () => {
      const wrong = await start(TICK, [], { ...variables, CRON_SECRET: 'not-the-secret-at-all' });
      assert.equal(wrong.code, REFUSED);
      assert.match(wrong.stderr, /unauthorized/);
      const gone = await start(TICK, [], await nowhere());
      assert.equal(gone.code, UNREACHABLE);
      assert.notEqual(gone.stderr, '');
      const unset = await start(TICK, [], { LISTING_SYNC_URL: stack.url });
      assert.notEqual(unset.code, 0);
      assert.match(unset.stderr, /CRON_SECRET/);
    });

    test('no secret is among the arguments of a program', () => {
      for (const text of [textOf(`${FOLDER}/tick.sh`), workflow]) {
        const [, curl] = text.split(/\bcurl\b(?! \()/s).slice(-2);
        assert.ok(curl.includes('--header @-') && !curl.includes('$CRON_SECRET'));
      }
    });
  });

  describe('the look at health', () => {
    const look = fencesOf('docs/deploy/schedules.md', 'sh').find((text) =>
      text.includes('/health'),
    );
    const run = (/** @type {Record<string, string>} */ env) =>
      start('bash', ['--norc', '-c', look ?? ''], {
        ...variables,
        SYNC_READ_TOKEN: READ_TOKEN,
        ...env,
      });

    test('is silent while all is well, and speaks when it is not or nobody answers', async () => {
      assert.ok(look);
      const well = await run({});
      assert.deepEqual([well.stdout, well.stderr], ['', '']);
      assert.match((await run(await nowhere())).stdout, /needs a look/);
      await stack.backend.sql`
        update public.sync_runs set requested_at = requested_at - interval '2 hours',
          started_at = started_at - interval '2 hours', completed_at = completed_at - interval '2 hours'`;
      assert.match((await run({})).stdout, /needs a look/);
    });
  });
});
