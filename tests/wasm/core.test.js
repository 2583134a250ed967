// The boundary between JavaScript and the built core.wasm: what goes in and out, and what an
// accident inside costs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CoreError, createCore, toModule } from '../../wasm/js/core.js';
import { loadCore as loadGiven } from '../../wasm/js/load-module.js';
import { BUILT_CORE, loadCore } from '../../wasm/js/load-node.js';

const module = loadCore();
const MAPPING = new TextEncoder().encode(
  JSON.stringify({
    source: 'a',
    spreadsheet_id: 'sheet',
    tab: '物件一覧',
    table: 'listings',
    key: 'number',
    columns: [{ header: '番号', column: 'number', type: 'text', required: true }],
  }),
);
const OPTIONS = {
  batch_size: 500,
  retry_attempts: 3,
  retry_delay_ms: 1000,
  rate_limit: 10,
  sheets_rate_limit: 50,
  breaker_threshold: 5,
  breaker_timeout_ms: 60_000,
  lease_ms: 60_000,
  timeout_ms: 30_000,
};

/** @param {Partial<import('../../wasm/js/protocol.js').StartedEvent>} changes */
const started = (changes) => ({
  type: /** @type {const} */ ('started'),
  now_ms: 0,
  job: /** @type {const} */ ('health'),
  seed: '0123456789abcdef',
  instance: '6d3c3f7e-58a4-4d0c-9d93-0a6b0f4a3f0e',
  options: OPTIONS,
  budgets: {},
  ...changes,
});

/**
 * @param {() => unknown} call
 * @returns {CoreError}
 */
function errorOf(call) {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof CoreError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

/** Uses up the 256 MB a core may have, from the inside. */
const EXHAUST = {
  question: { query: 'version', ballast: Array(600_000).fill(0) },
  body: new Uint8Array(225 * 2 ** 20),
};

test('a fetch effect comes with a copy of its body', () => {
  const core = createCore(module);
  const [effect] = core.step(started({ job: 'health' }), MAPPING);
  assert.ok(effect.type === 'fetch' && effect.body !== null);
  const body = effect.body.slice();
  core.step({ type: 'no_response', now_ms: 1, id: effect.id, why: 'timeout', message: '' });
  core.query({ query: 'mapping' }, new Uint8Array(5_000_000));
  assert.deepEqual(effect.body, body);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(body)), {
    p_source: 'a',
    p_interval_ms: 300_000,
  });
});

test('an event nobody waits for has no effects', () => {
  const core = createCore(module);
  core.step(started({ job: 'health' }), MAPPING);
  assert.deepEqual(core.step({ type: 'timer', now_ms: 1, id: 999 }), []);
});

test('text beyond ASCII crosses the boundary unharmed', () => {
  const { answer } = createCore(module).query({ query: 'mapping' }, MAPPING);
  assert.equal(answer.tab, '物件一覧');
});

test('a question may be answered with bytes', () => {
  const core = createCore(module);
  const header = { range: 'a!A1:A1', values: [['番号']] };
  const sheet = { valueRanges: [header, { range: 'a!A2:A3', values: [['AA1'], ['AA2']] }] };
  const body = new TextEncoder().encode(JSON.stringify(sheet));
  const mapping = new TextDecoder().decode(MAPPING);
  core.query({ query: 'transform_open', mapping }, body);
  const { answer, bytes } = core.query({ query: 'transform_next', rows_max: 10 });
  assert.equal(answer.rows, 2);
  const rows = JSON.parse(new TextDecoder().decode(bytes ?? undefined));
  assert.deepEqual(rows, [{ number: 'AA1' }, { number: 'AA2' }]);
  assert.equal(core.query({ query: 'version' }).bytes, null);
});

test('a trap costs the instance, and the next call works on a new one', () => {
  const core = createCore(module);
  assert.equal(core.query({ query: 'version' }).answer.state_version, 1);
  assert.equal(core.generation, 0);
  const error = errorOf(() => core.query(EXHAUST.question, EXHAUST.body));
  assert.equal(error.code, 'trap');
  assert.ok(error.cause instanceof WebAssembly.RuntimeError);
  assert.deepEqual([core.generation, core.memoryBytes], [1, 0]);
  assert.equal(core.query({ query: 'version' }).answer.state_version, 1);
  assert.equal(core.generation, 1);
});

test('any error but one of our own costs the instance', () => {
  const core = createCore(module);
  core.query({ query: 'version' });
  const lying = /** @type {any} */ ({ byteLength: 4, length: 2 ** 30, 0: 1 });
  const error = errorOf(() => core.query({ query: 'version' }, lying));
  assert.equal(error.code, 'trap');
  assert.ok(error.cause instanceof RangeError);
  assert.equal(core.generation, 1);
});

test('what does not fit is refused, and the instance lives on with nothing lost', () => {
  const core = createCore(module);
  const [effect] = core.step(started({ job: 'health' }), MAPPING);
  assert.ok(effect.type === 'fetch');
  const answer = { type: /** @type {const} */ ('response'), now_ms: 1, id: effect.id };
  const event = { ...answer, status: 200, headers: {} };
  const huge = errorOf(() => core.step(event, new Uint8Array(300 * 2 ** 20)));
  assert.equal(huge.code, 'out_of_memory');
  assert.equal(core.generation, 0);
  const [finish] = core
    .step(event, new TextEncoder().encode('{"outcome":"unknown_source"}'))
    .slice(-1);
  assert.ok(finish.type === 'finish' && finish.document.http_status === 503);
});

test('what was refused leaves nothing behind', () => {
  const core = createCore(module);
  const question = { query: 'version', ballast: 'x'.repeat(5 * 2 ** 20) };
  const huge = new Uint8Array(300 * 2 ** 20);
  const refuse = () => {
    assert.equal(errorOf(() => core.query(question, huge)).code, 'out_of_memory');
    return core.memoryBytes;
  };
  const once = refuse();
  assert.deepEqual([refuse(), refuse(), refuse()], [once, once, once]);
});

test('a call from within a call is refused and harms nothing', () => {
  const core = createCore(module);
  /** @type {CoreError | undefined} */
  let inner;
  const question = {
    query: 'version',
    toJSON() {
      inner = errorOf(() => core.query({ query: 'version' }));
      return { query: 'version' };
    },
  };
  assert.equal(core.query(question).answer.state_version, 1);
  assert.equal(inner?.code, 'reentrant');
  assert.equal(core.generation, 0);
});

test('drop gives the memory back and starts anew', () => {
  const core = createCore(module);
  assert.equal(core.memoryBytes, 0);
  core.query({ query: 'mapping' }, new Uint8Array(20 * 2 ** 20));
  assert.ok(core.memoryBytes > 20 * 2 ** 20);
  core.drop();
  assert.deepEqual([core.memoryBytes, core.generation], [0, 1]);
  core.query({ query: 'version' });
  assert.ok(core.memoryBytes < 2 * 2 ** 20);
});

test('instances of one module know nothing of each other', () => {
  const [a, b] = [createCore(module), createCore(module)];
  assert.equal(a.step(started({ job: 'health' }), MAPPING).length, 1);
  const [effect] = b.step(started({ job: 'health', seed: 'fedcba9876543210' }), MAPPING);
  assert.ok(effect.type === 'fetch' && effect.id === 1);
});

test('the same events give the same effects, byte for byte', () => {
  const run = () => {
    const core = createCore(module);
    const first = core.step(started({ job: 'sync', trigger: 'manual' }), MAPPING);
    const id = first[0].type === 'fetch' ? first[0].id : 0;
    const event = { type: /** @type {const} */ ('no_response'), now_ms: 5, id, message: '' };
    return JSON.stringify([first, core.step({ ...event, why: 'network' })]);
  };
  assert.equal(run(), run());
});

test('the core loads from a module, from bytes and from base64', () => {
  const bytes = readFileSync(BUILT_CORE);
  for (const given of [module, bytes, new Uint8Array(bytes).buffer, bytes.toString('base64')]) {
    const { answer } = createCore(loadGiven(given)).query({ query: 'version' });
    assert.equal(answer.state_version, 1);
  }
  assert.equal(toModule(module), module);
});

test('what is no core is not_loadable, with the reason', () => {
  const missing = new URL('../../build/wasm/missing.wasm', import.meta.url);
  assert.match(errorOf(() => loadCore(missing)).message, /missing\.wasm: run "npm run build:wasm"/);
  const text = new TextEncoder().encode('<html>');
  for (const given of [text, '***', new Uint8Array(0)]) {
    assert.equal(errorOf(() => loadGiven(given)).code, 'not_loadable');
  }
  // A module of one function import: (module (import "a" "b" (func)))
  const wants = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 97, 1, 98, 0, 0];
  const refused = errorOf(() => createCore(new Uint8Array(wants)));
  assert.equal(refused.code, 'not_loadable');
  assert.match(refused.message, /imports nothing; this module has 1/);
});
