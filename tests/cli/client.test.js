// Whoever answers, or does not: every command tells it in one sentence with a remedy, as a document
// where JSON is wanted, and by its exit code.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call, onlyJson, start, startCliStack, startStranger } from './support.js';

/** @typedef {import('./support.js').CliStack} CliStack */
/** @typedef {import('node:http').ServerResponse} ServerResponse */

const READ_TOKEN = 'read-only-1f0c9c4c8d7a4e55b1a3';

/** What only reads, and what changes something. */
const READING = [['status'], ['history'], ['errors'], ['health'], ['alerts'], ['watch']];
const WRITING = [
  ...[['sync'], ['retry', '1'], ['ignore', '1'], ['resolve', '1'], ['reopen', '1']],
  ['alerts', '--test'],
];
const ALL = [...READING, ...WRITING];

/** @type {CliStack} */
let cli;
before(async () => {
  cli = await startCliStack({ seed: 5, environment: { SYNC_READ_TOKEN: READ_TOKEN } });
  await call(['sync'], cli.remote);
});
after(() => cli?.stack.stop());

/**
 * Every command ends so, in words and as JSON.
 * @param {string[][]} commands
 * @param {Record<string, string | undefined>} environment
 * @param {{ code: number, problem: string, told: RegExp }} expected
 */
async function assertAll(commands, environment, { code, problem, told }) {
  for (const args of commands) {
    const words = await call(args, environment);
    assert.deepEqual([words.code, words.stdout], [code, ''], args.join(' '));
    assert.match(words.stderr, told, args.join(' '));
    const json = await call([...args, '--json'], environment);
    assert.deepEqual([json.code, onlyJson(json.stdout).code], [code, problem], args.join(' '));
  }
}

test('a wrong token ends with 3', () =>
  assertAll(
    ALL,
    { ...cli.remote, SYNC_API_TOKEN: 'wrong-token-0123456789abcdef' },
    {
      code: 3,
      problem: 'unauthorized',
      told: /^✖ A valid bearer token is needed \(unauthorized\)\n {2}→ set SYNC_API_TOKEN/,
    },
  ));

test('the read token reads; used as the API token it is refused where something changes', async () => {
  const { SYNC_URL } = cli.remote;
  for (const args of READING.filter(([name]) => name !== 'watch')) {
    const { code, stderr } = await call(args, { SYNC_URL, SYNC_READ_TOKEN: READ_TOKEN });
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
  }
  await assertAll(
    WRITING,
    { SYNC_URL, SYNC_API_TOKEN: READ_TOKEN },
    {
      code: 3,
      problem: 'forbidden',
      told: /^✖ .*\(forbidden\)\n {2}→ this token only reads: set SYNC_API_TOKEN\n$/,
    },
  );
});

test('with the read token alone nothing that changes something is even tried', async () => {
  const { SYNC_URL } = cli.remote;
  for (const args of WRITING) {
    const told = await call(args, { SYNC_URL, SYNC_READ_TOKEN: READ_TOKEN });
    assert.deepEqual([told.code, told.stdout], [2, ''], args.join(' '));
    assert.match(told.stderr, /SYNC_API_TOKEN is not set: only reading works/);
  }
});

test('a server that is down ends with 3', async () => {
  const gone = await startStranger(() => {});
  gone.stop();
  await assertAll(
    ALL,
    { ...cli.remote, SYNC_URL: gone.url },
    {
      code: 3,
      problem: 'unreachable',
      told: /^✖ nobody answers at http.* \(ECONNREFUSED\)\n {2}→ check --url \(or SYNC_URL\)/,
    },
  );
});

describe('somebody else answers', () => {
  /** @type {Awaited<ReturnType<typeof startStranger>>} */
  let stranger;
  /** @type {(response: ServerResponse) => void} */
  let answer;
  before(async () => {
    stranger = await startStranger((_request, response) => answer(response));
  });
  after(() => stranger.stop());

  /** @param {number} status @param {string} type @param {string} body */
  const page = (status, type, body) => (/** @type {ServerResponse} */ response) =>
    void response.writeHead(status, { 'content-type': type }).end(body);
  const html = '<!doctype html><title>Sign in</title>';

  test('a portal with its page ends with 3', () => {
    answer = page(200, 'text/html; charset=utf-8', html);
    return assertAll(
      ALL,
      { ...cli.remote, SYNC_URL: stranger.url },
      {
        code: 3,
        problem: 'foreign_answer',
        told: /^✖ http.* answers as a web page, not the function \(HTTP 200\)\n {2}→ check --url/,
      },
    );
  });

  /** @type {{ what: string, answers: (response: ServerResponse) => void, told: RegExp }[]} */
  const others = [
    {
      what: 'a gateway that failed',
      answers: page(502, 'text/html', html),
      told: /a web page, not the function \(HTTP 502\)/,
    },
    {
      what: 'a platform that asks for an access of its own',
      answers: page(401, 'application/json', '{"msg":"Missing authorization header"}'),
      told: /refuses before the function is reached \(HTTP 401: Missing authorization header\)/,
    },
    {
      what: 'a redirect, which is not followed',
      answers: (response) => void response.writeHead(302, { location: 'https://elsewhere/' }).end(),
      told: /answers with a redirect \(HTTP 302\)\n {2}→ it leads to https:\/\/elsewhere\/; if/,
    },
    {
      what: 'JSON of another program',
      answers: page(404, 'application/json', '{"message":"no Route matched\\u001b[31m"}'),
      told: /as something that is not the function \(HTTP 404: no Route matched\[31m\)/,
    },
    {
      what: 'another program that is content with everything',
      answers: page(200, 'application/json', '{}'),
      told: /as something that is not the function \(HTTP 200\)/,
    },
    {
      what: 'JSON that is none',
      answers: page(200, 'application/json', '{"sources":'),
      told: /as something that is not the function \(HTTP 200\)/,
    },
    {
      what: 'an answer that breaks off',
      answers: (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"sou', () => response.destroy());
      },
      told: /the answer of http.* broke off/,
    },
    {
      what: 'nobody: the connection dies',
      answers: (response) => void response.destroy(),
      told: /http.* cannot be reached \(/,
    },
  ];
  for (const { what, answers, told } of others) {
    test(`${what} ends with 3`, async () => {
      answer = answers;
      const { code, stdout, stderr } = await call(['health', '--url', stranger.url], cli.remote);
      assert.deepEqual([code, stdout], [3, '']);
      assert.match(stderr, told);
      assert.match(stderr, /\n {2}→ /, 'a remedy');
    });
  }

  test('one that hangs is left after --timeout', async () => {
    answer = () => {};
    const begun = performance.now();
    const args = ['health', '--url', stranger.url, '--timeout', '1'];
    const { code, stderr } = await call(args, cli.remote);
    const seconds = (performance.now() - begun) / 1000;
    assert.equal(code, 3);
    assert.match(stderr, /^✖ http.* did not answer in time\n {2}→ /);
    assert.ok(seconds >= 1 && seconds < 3, `${seconds}`);
  });

  test('https where there is none is told', async () => {
    const { code, stderr } = await call(
      ['health', '--url', stranger.url.replace('http:', 'https:')],
      cli.remote,
    );
    assert.equal(code, 3);
    assert.match(stderr, /^✖ no https is spoken at https:/);
  });

  test('Ctrl-C leaves one that hangs, as any program', async () => {
    let isAsked = () => {};
    const asked = new Promise((resolve) => {
      isAsked = () => resolve(undefined);
    });
    answer = () => isAsked();
    const { child, ended } = start(['health', '--url', stranger.url], cli.remote);
    await asked;
    child.kill('SIGINT');
    assert.equal((await ended).signal, 'SIGINT');
  });
});

test('the database out of reach ends with 3, here and there', async () => {
  const { backend } = cli.stack;
  backend.spoil(() => ({ status: 503, body: '<html>Service Unavailable</html>' }));
  try {
    for (const environment of [cli.local, cli.remote]) {
      for (const args of [['status'], ['errors'], ['sync'], ['retry', '1']]) {
        const { code, stdout, stderr } = await call(args, environment);
        assert.deepEqual([code, stdout], [3, ''], args.join(' '));
        assert.match(stderr, /^✖ .*database.* \(\w+\)\n {2}→ .*listing-sync doctor/);
      }
    }
  } finally {
    backend.spoil(null);
  }
});

describe('the way to the function', () => {
  test('is named by --url before SYNC_URL, with or without the path of the API', async () => {
    const { SYNC_API_TOKEN } = cli.remote;
    for (const tail of ['', '/', '/api/sync', '/api/sync/property-listings/health']) {
      const args = ['history', '--url', `${cli.stack.url}${tail}`];
      const { code, stderr } = await call(args, { SYNC_URL: 'http://localhost:9', SYNC_API_TOKEN });
      assert.equal(code, 0, stderr);
    }
  });

  /** @type {[string, string[], Record<string, string>, RegExp][]} */
  const wrong = [
    ['no token', ['health'], { SYNC_API_TOKEN: '' }, /SYNC_API_TOKEN .* is not set/],
    ['a token that is none', ['health'], { SYNC_API_TOKEN: 'a b' }, /SYNC_API_TOKEN/],
    ['no address', ['health', '--url', 'nonsense'], {}, /SYNC_URL|--url/],
    ['plain http', ['health', '--url', 'http://example.com'], {}, /must be an https address/],
    ['a mapping', ['health', '--mapping', 'x.json'], {}, /--mapping is for work done here/],
    ['a wrong time', ['health', '--timeout', '0'], {}, /--timeout is a whole number from 1 to 600/],
  ];
  for (const [what, args, environment, told] of wrong) {
    test(`with ${what} ends with 2`, async () => {
      const { code, stdout, stderr } = await call(args, { ...cli.remote, ...environment });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, told);
    });
  }

  test('here: each variable that is missing is named, and both ways out', () =>
    assertAll(
      ALL,
      {},
      {
        code: 2,
        problem: 'not_configured',
        told: /^✖ SUPABASE_URL is not set\n {2}SUPABASE_SERVICE_ROLE_KEY is not set\n[^]*→ /,
      },
    ));

  test('here: a mapping that cannot be read ends with 2', async () => {
    const environment = { ...cli.local, SYNC_MAPPING: undefined };
    const missing = await call(['health', '--mapping', '/nowhere/mapping.json'], environment);
    assert.deepEqual([missing.code, missing.stdout], [2, '']);
    const told =
      /^✖ --mapping \/nowhere\/mapping\.json names a file that cannot be read \(ENOENT\)/;
    assert.match(missing.stderr, told);
    const none = await call(['health'], environment);
    assert.deepEqual([none.code, none.stdout], [2, ''], none.stderr);
  });
});

test('a source that is not there is told with the one that is', async () => {
  for (const environment of [cli.local, cli.remote]) {
    const { code, stderr } = await call(['health', '--source', 'property-listing'], environment);
    assert.equal(code, 2);
    assert.match(stderr, /there is no source "property-listing"; did you mean property-listings\?/);
    const odd = await call(['health', '--source', '../x'], environment);
    assert.equal(odd.code, 2);
    assert.match(odd.stderr, /--source has 1 to 63 of a-z 0-9 - _/);
  }
});

test('of several sources one must be named', async () => {
  const [mapping] = [JSON.parse(new TextDecoder().decode(cli.stack.mapping))];
  const SYNC_MAPPING = JSON.stringify([
    mapping,
    { ...mapping, source: 'rentals', table: 'rentals' },
  ]);
  const environment = { ...cli.local, SYNC_MAPPING };
  for (const args of ALL.filter(([name]) => name !== 'health')) {
    const { code, stdout, stderr } = await call(args, environment);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, /several sources: say --source property-listings, or rentals\n/);
  }
  const named = await call(['history', '--source', 'property-listings'], environment);
  assert.deepEqual([named.code, named.stderr], [0, '']);
  const unregistered = await call(['sync', '--source', 'rentals'], environment);
  assert.equal(unregistered.code, 3, unregistered.stderr);
  assert.match(unregistered.stderr, /\(unknown_source\)\n {2}→ the source is not registered/);
});

test('an unknown option is told with the nearest one; a lone argument is one too many', async () => {
  for (const args of ALL) {
    const { code, stdout, stderr } = await call([...args, '--sorce', 'x'], cli.remote);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    const [name] = args;
    const usage = new RegExp(
      `^✖ there is no option --sorce; did you mean --source\\?\n\nlisting-sync ${name}`,
    );
    assert.match(stderr, usage);
  }
  for (const name of ['sync', 'history', 'errors', 'health', 'watch', 'alerts']) {
    const { code, stderr } = await call([name, 'extra'], cli.remote);
    assert.equal(code, 2);
    assert.match(stderr, /^✖ "extra" is one argument too many\n/);
  }
});

test('numbers that are none, or out of range, end with 2', async () => {
  /** @type {[string[], RegExp][]} */
  const wrong = [
    [['sync', '--numbers', ''], /--numbers takes 1 to 1000 property numbers/],
    [['sync', '--numbers', ', ,'], /--numbers takes 1 to 1000 property numbers/],
    [['sync', '--numbers', Array.from({ length: 1001 }, (_, i) => i).join()], /takes 1 to 1000/],
    [['sync', '--numbers', 'x'.repeat(65)], /propertyNumbers\/0 .* \(invalid_request\)/],
    [['sync', '--batch-size', '0'], /--batch-size is a whole number from 1 to 1000/],
    [['sync', '--batch-size', '1.5'], /--batch-size is a whole number/],
    [['history', '--limit', '201'], /--limit is a whole number from 1 to 200/],
    [['history', '--before', 'yesterday'], /before must be the nextBefore of an answer/],
    [['alerts', '--limit', '501'], /--limit is a whole number from 1 to 500/],
    [['alerts', '--state', 'closed'], /--state is open or all/],
    [['status', '../health'], /"\.\.\/health" is no id of a run: `history` lists them/],
  ];
  for (const [args, told] of wrong) {
    for (const environment of [cli.local, cli.remote]) {
      const { code, stdout, stderr } = await call(args, environment);
      assert.deepEqual([code, stdout], [2, ''], args.join(' ').slice(0, 80));
      assert.match(stderr, told);
    }
  }
});
