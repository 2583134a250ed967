// Each deployment guide, followed literally: its commands are run by a shell, in order. The clouds'
// own tools are stand-ins (stand-in.js) that note what they are given; with exactly that, and the
// folder that the guide built, the function is started in the platform's real runtime, and the
// guide's first run is made there against the real database.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../../infra/local/backend/wait-until.js';
import { EXAMPLE_MAPPING, SPREADSHEET_ID } from '../../infra/local/stack.js';
import { assertWhole, startTestStack } from '../e2e/support.js';
import { createDeno } from '../runtimes/drivers/deno.js';
import { gcp } from '../runtimes/drivers/gcp.js';
import { lambda } from '../runtimes/drivers/lambda.js';
import { node } from '../runtimes/drivers/node.js';
import { vercel } from '../runtimes/drivers/vercel.js';
import { createWorkerd } from '../runtimes/drivers/workerd.js';
import { textOf } from '../tidy/source-text.js';
import { fencesIn, fencesOf, sectionsOf } from './fences.js';

/** @typedef {{ name: string, args: string[], contents: string[], stdin: string }} Call */
/** @typedef {Record<string, string>} Variables */

const STAND_IN = fileURLToPath(new URL('./stand-in.js', import.meta.url));
const TOOLS = ['npm', 'npx', 'openssl', 'supabase', 'sam', 'aws', 'gcloud', 'vercel', 'gh'];
const MACHINE = ['sudo', 'systemctl', 'journalctl', 'docker'];
/** Runs until it is stopped: what the systemd unit does, too. */
const ENDLESS = /^node dist\/node\/server\.mjs$/m;

/**
 * How a guide's function comes by its variables, and where it runs.
 * @type {{ driver: import('../runtimes/driver.js').Driver,
 *   given: (calls: Call[], shell: Variables) => Variables }[]}
 */
const GUIDES = [
  {
    driver: createDeno({ isSupabase: true }),
    given: (calls, { SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY }) => ({
      SUPABASE_URL, // by the platform itself
      SUPABASE_SERVICE_ROLE_KEY,
      ...dotenv(callOf(calls, /^supabase secrets set --env-file/).contents[0]),
    }),
  },
  {
    driver: createWorkerd(),
    given: (calls) => dotenv(callOf(calls, /^npx wrangler@4 secret bulk secrets/).contents[0]),
  },
  {
    driver: lambda,
    given: (calls) => {
      const parameters = dotenv(callOf(calls, /^sam deploy/).args.join('\n'));
      const variables = textOf('infra/platforms/lambda/template.yaml').matchAll(
        /(\w+): !Ref (\w+)$/gm,
      );
      const set = [...variables].map(([, name, parameter]) => [name, parameters[parameter]]);
      return Object.fromEntries(set.filter(([, value]) => value !== undefined));
    },
  },
  {
    driver: gcp,
    given: (calls) => {
      const [yaml] = callOf(calls, /^gcloud functions deploy listing-sync /).contents;
      const lines = [...yaml.matchAll(/^(\w+): '(.*)'$/gm)];
      return Object.fromEntries(lines.map(([, name, value]) => [name, value]));
    },
  },
  {
    driver: vercel,
    given: (calls) =>
      Object.fromEntries(
        calls
          .filter(({ name, args }) => name === 'vercel' && args.slice(0, 2).join(' ') === 'env add')
          .map(({ args, stdin }) => [args[2], stdin]),
      ),
  },
  {
    driver: node,
    given: (calls) => dotenv(callOf(calls, /^sudo tee \/etc\/listing-sync\.env/).stdin),
  },
];

/** @param {string} text */
function dotenv(text) {
  const lines = [...text.matchAll(/^(\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, value]));
}

/** @param {Call[]} calls @param {RegExp} command */
function callOf(calls, command) {
  const found = calls.find(({ name, args }) => command.test([name, ...args].join(' ')));
  assert.ok(found, `${command} was not called`);
  return found;
}

describe('followed literally, it works:', () => {
  /** @type {Awaited<ReturnType<typeof startTestStack>>} */
  let stack;
  /** @type {string} */
  let folder;
  before(async () => {
    stack = await startTestStack({ rows: 100, seed: 3 });
    folder = mkdtempSync(join(tmpdir(), 'listing-sync-guides-'));
    copyFileSync(EXAMPLE_MAPPING, join(folder, 'my-mapping.json'));
    writeFileSync(join(folder, 'key.json'), JSON.stringify(stack.sheets.serviceAccount, null, 2));
    for (const tool of [...TOOLS, ...MACHINE]) {
      const call = `exec '${process.execPath}' '${STAND_IN}' -- ${tool} "$@"`;
      writeFileSync(join(folder, tool), `#!/bin/sh\n${call}\n`, { mode: 0o755 });
    }
  });
  after(async () => {
    await stack?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** What only this machine's stack needs to be told, and its pace. */
  const ofThisStack = () => ({
    GOOGLE_SHEETS_ENDPOINT: stack.sheets.url,
    SYNC_RATE_LIMIT: '1000',
    SYNC_SHEETS_RATE_LIMIT: '100000',
  });

  /** @param {string} text of the guides, with values where a person puts them in */
  const filledIn = (text) =>
    text
      .replace('https://$PROJECT_REF.supabase.co', stack.backend.url)
      .replace("'sb_secret_…'", stack.backend.secretKey)
      .replace("SYNC_SPREADSHEET_ID='…'", `SYNC_SPREADSHEET_ID='${SPREADSHEET_ID}'`);

  /**
   * A shell that goes on where the one before ended: folder and variables.
   * @param {string} platform
   */
  function openShell(platform) {
    const [log, state] = ['log', 'state'].map((name) => join(folder, `${platform}.${name}`));
    writeFileSync(log, '');
    writeFileSync(state, `cd '${folder}'\n`);
    const env = {
      PATH: [folder, process.env.PATH].join(delimiter),
      HOME: folder,
      TMPDIR: tmpdir(),
      GUIDE_LOG: log,
    };
    return {
      /**
       * @param {string[]} blocks
       * @param {Variables} [more]
       * @returns {Promise<string>} what they print
       */
      run(blocks, more = {}) {
        const save = `{ declare -px; printf 'cd %q\\n' "$PWD"; } > '${state}'`;
        const script = [
          `. '${state}'`,
          'set -eo pipefail',
          ...blocks.map(filledIn),
          'set +e',
          save,
        ];
        const file = join(folder, `${platform}.sh`);
        writeFileSync(file, `${script.join('\n')}\n`);
        return new Promise((resolve, reject) => {
          const options = { env: { ...env, ...more }, timeout: 60_000 };
          const child = execFile('bash', [file], options, (error, stdout, stderr) =>
            error ? reject(new Error(`${error.message}\n${stdout}${stderr}`)) : resolve(stdout),
          );
          child.stdin?.end();
        });
      },
      /** @returns {Call[]} */
      calls: () =>
        readFileSync(log, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line)),
      /** @returns {Promise<Variables>} */
      async variables() {
        const text = await this.run(['env -0']);
        const pairs = text.split('\0').map((pair) => /^(\w+)=([\s\S]*)$/.exec(pair) ?? []);
        return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
      },
    };
  }

  const [values, secrets, database, doctor] = fencesOf('docs/deploy/README.md', 'sh');

  for (const { driver, given } of GUIDES) {
    const page = `docs/deploy/${driver.platform}.md`;

    test(`${page}`, async () => {
      const sections = sectionsOf(page);
      const commandsOf = (/** @type {string} */ title) =>
        fencesIn(sections.get(title) ?? '', 'sh').filter((one) => !ENDLESS.test(one));
      const shell = openShell(driver.platform);
      await shell.run([values, secrets]);
      await shell.run(commandsOf('Deploy'));
      const variables = await shell.variables();

      const environment = { ...given(shell.calls(), variables), ...ofThisStack() };
      const dist = join(folder, 'dist', driver.platform);
      const runtime = await driver.start({ folder: dist, environment });
      try {
        const first = commandsOf('First run').map((text) =>
          text.replace(
            /^export LISTING_SYNC_URL=(?!"\$\{url|"\$\(gcloud).*$/m,
            `export LISTING_SYNC_URL='${runtime.url}'`,
          ),
        );
        const printed = await shell.run(first, { GUIDE_URL: runtime.url });
        assert.match(printed, /"status":"(in_progress|completed)".*"sources":\[/s);
        if (driver.needsTicks) {
          callOf(shell.calls(), /^gcloud scheduler jobs run listing-sync-tick/);
          await runtime.tick();
        }
        await becomesWhole(runtime.url, printed, variables.SYNC_READ_TOKEN);
      } catch (error) {
        throw new Error(`${error}\n${runtime.log()}`, { cause: error });
      } finally {
        await runtime.stop();
      }
      for (const [title] of sections) {
        if (!['Deploy', 'First run'].includes(title)) await shell.run(commandsOf(title));
      }
    });
  }

  /**
   * @param {string} url
   * @param {string} printed
   * @param {string} token
   */
  async function becomesWhole(url, printed, token) {
    const syncId = /"syncId":"([0-9a-f-]{36})"/.exec(printed)?.[1];
    const path = `${url}/api/sync/property-listings/status/${syncId}`;
    /** @type {any} */
    let status;
    const hasEnded = async () => {
      const response = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
      status = await response.json();
      return status.status !== 'in_progress' && status.status !== 'queued';
    };
    await waitUntil(hasEnded, { what: `run ${syncId} has ended`, timeoutMs: 30_000 });
    await assertWhole(stack, status, stack.truth);
  }

  test('docs/deploy/README.md: the database, and the look whether anything is missing', async () => {
    const shell = openShell('database');
    await shell.run([values, secrets, database]);
    const commands = shell.calls().map(({ name, args }) => [name, ...args].join(' '));
    assert.deepEqual(commands.slice(-2), [
      'supabase link --project-ref abcdefghijklmnopqrst',
      'supabase db push',
    ]);
    const printed = await shell.run([doctor], ofThisStack());
    assert.match(printed, /configuration[\s\S]*migrations/);
  });

  for (const name of ['README', 'several-sources']) {
    test(`docs/deploy/${name}.md: registering a table`, async () => {
      const page = `docs/deploy/${name}.md`;
      const [register] = fencesOf(page, 'sql');
      const [, source, table] = /sync_register_source\('([\w-]+)', '([\w.]+)'/.exec(register) ?? [];
      const { sql } = stack.backend;
      await sql.unsafe(`create table ${table} (like public.property_listings including all)`);
      await sql.unsafe(register).simple();
      const found = await sql`select 1 from public.sync_sources where source = ${source}`;
      assert.equal(found.length, 1);
    });
  }
});
