// Draws a sequence of operations. It knows of the world what the answers told it, so that most of
// what it draws is meaningful: workers go on from where they are, and some are late.
import { aKey, contradict, drawBatch, hashOf, someKeys } from './batches.js';
import { NO_RUN, OWNERS } from './plain.js';

/** @typedef {import('./plain.js').Json} Json */
/** @typedef {import('./dice.js').Dice} Dice */

const MINUTE_MS = 60_000;
const LEASE_MS = 20 * MINUTE_MS;
const DAY_MS = 1440 * MINUTE_MS;

/** Who was granted a run, as far as they know. @typedef {Json} Worker */

export class Drawing {
  /** @type {Worker[]} the youngest last */
  #workers = [];
  #mapping = 'm1';
  #stateVersion = 1;
  /** @type {string[]} */
  #runs = [];
  /** @type {string[]} */
  #identities = [];

  /** @param {Dice} dice @param {string[]} sources */
  constructor(dice, sources) {
    this.dice = dice;
    this.sources = sources;
  }

  /** Some operations that belong together. @returns {Json[]} */
  next() {
    const { dice } = this;
    const source = dice.chance(80) ? this.sources[0] : dice.of(this.sources);
    const worker = this.#worker(source);
    const what = dice.weighted({
      commit: worker ? (worker.released ? 10 : 60) : 0,
      request: 10,
      claim: worker?.released === false ? 8 : 40,
      close: worker ? (worker.released ? 3 : 8) : 0,
      yield: worker ? (worker.released ? 2 : 6) : 0,
      staff: 6,
      locked: worker?.released === false ? 7 : 0,
      lockedState: 1,
      hourLater: worker?.released === false ? 2 : 0,
      pass: 5,
      read: 9,
      resolve: 7,
      prune: 2,
    });
    return this[what](source, /** @type {Worker} */ (worker));
  }

  /** Takes in what an operation was answered. @param {Json} operation @param {Json} answer */
  learn(operation, { body, errors }) {
    const args = operation.arguments;
    if (operation.call === 'sync_claim' && body.outcome === 'granted') {
      const { fence, seq, sync_id: run } = body;
      const { p_source: source, p_owner: owner } = args;
      this.#workers.push({ source, owner, fence, seq, run, released: false });
    }
    if (body?.sync_id && !this.#runs.includes(body.sync_id)) this.#runs.push(body.sync_id);
    if (Array.isArray(errors)) {
      this.#identities = errors.map(({ key, column }) => `key ${key} ${column ?? ''}`);
    }
    const worker = this.#workers.find(
      (w) => w.fence === args?.p_fence && w.source === args.p_source,
    );
    if (!worker) return;
    if (body.outcome === 'committed') Object.assign(worker, { seq: body.seq, last: args });
    if (body.outcome === 'closed' || body.outcome === 'yielded') worker.released = true;
  }

  /** The one who holds the lease, sometimes one who did. @param {string} source */
  #worker(source) {
    const own = this.#workers.filter((worker) => worker.source === source);
    return this.dice.chance(90) ? own.at(-1) : this.dice.of(own);
  }

  /** @param {string} source */
  request(source) {
    const { dice } = this;
    const isSelective = dice.chance(35);
    /** @type {Json} */
    const args = { p_source: source, p_trigger: 'manual' };
    if (isSelective)
      Object.assign(args, { p_kind: 'selective', p_keys: [aKey(dice), ...someKeys(dice)] });
    if (dice.chance(30)) args.p_dry_run = true;
    if (dice.chance(15)) args.p_force = true;
    if (dice.chance(20)) args.p_batch_size = 1 + dice.below(1000);
    if (dice.chance(30)) args.p_mapping_hash = this.#mapping;
    if (dice.chance(10)) Object.assign(args, dice.of(wrongRequests));
    return [call('sync_request_run', args)];
  }

  /** @param {string} source */
  claim(source) {
    const { dice } = this;
    if (dice.chance(12)) this.#mapping = dice.of(['m1', 'm2', 'm3']);
    if (dice.chance(1)) this.#stateVersion += 1;
    const last = this.#workers.filter((worker) => worker.source === source).at(-1);
    const owner = last && dice.chance(60) ? last.owner : dice.of(OWNERS);
    /** @type {Json} */
    const args = {
      p_source: source,
      p_owner: owner,
      p_lease_ms: LEASE_MS,
      p_mapping_hash: this.#mapping,
      p_state_version: this.#stateVersion - (dice.chance(4) ? 1 : 0),
    };
    if (dice.chance(60)) args.p_open_scheduled = true;
    if (dice.chance(30)) args.p_interval_ms = DAY_MS;
    if (dice.chance(40)) args.p_ignore_resume_at = true;
    if (dice.chance(3)) Object.assign(args, dice.of(wrongClaims));
    return [call('sync_claim', args)];
  }

  /** @param {string} source @param {Worker} worker */
  commit(source, worker) {
    const { dice } = this;
    const batch = drawBatch(dice, worker, this.#stateVersion);
    const how = dice.weighted({
      next: 70,
      again: worker.last ? 10 : 0,
      other: worker.last ? 4 : 0,
      late: 4,
      early: 4,
      bad: 8,
      strange: 3,
    });
    if (how === 'again') return [call('sync_commit', worker.last)];
    if (how === 'other') return [call('sync_commit', { ...worker.last, p_digest: 'another' })];
    if (how === 'late') batch.p_seq -= 1;
    if (how === 'early') batch.p_seq += 1;
    if (how === 'strange') batch.p_sync_id = this.#strangeRun(worker.source);
    return [call('sync_commit', how === 'bad' ? contradict(dice, batch) : batch)];
  }

  /** @param {string} source @param {Worker} worker */
  close(source, worker) {
    const { dice } = this;
    const isFailed = dice.chance(25);
    /** @type {Json} */
    const args = { ...this.#released(worker), p_status: isFailed ? 'failed' : 'completed' };
    if (isFailed)
      args.p_cause = { code: 'no_progress', message: dice.of([null, 'it stood still']) };
    if (dice.chance(50))
      args.p_report = dice.of([{ sheet_moved: true }, { sheet_moved: false }, { unmapped: ['x'] }]);
    if (dice.chance(6)) Object.assign(args, dice.of(wrongClosings));
    const closing = call('sync_close_run', args);
    return dice.chance(15) ? [closing, closing] : [closing];
  }

  /** @param {string} source @param {Worker} worker */
  yield(source, worker) {
    const { dice } = this;
    const args = { ...this.#released(worker), p_resume_in_ms: dice.of([0, 0, 10, 60]) * MINUTE_MS };
    if (dice.chance(5)) args.p_resume_in_ms = dice.of([-1, DAY_MS + 1]);
    const again = { ...args, p_resume_in_ms: 5 * MINUTE_MS };
    const calls = [call('sync_yield', args)];
    return dice.chance(20) ? [...calls, call('sync_yield', again)] : calls;
  }

  /** @param {Worker} worker @returns {Json} */
  #released(worker) {
    /** @type {Json} */
    const args = { p_source: worker.source, p_fence: worker.fence, p_sync_id: worker.run };
    if (this.dice.chance(4)) args.p_sync_id = this.#strangeRun(worker.source);
    if (this.dice.chance(40))
      Object.assign(args, { p_state: { at: 'end' }, p_state_version: this.#stateVersion });
    if (this.dice.chance(3)) args.p_state_version = 0;
    if (this.dice.chance(30)) args.p_circuits = { database: { failures: this.dice.below(3) } };
    return args;
  }

  /** Of the same source: a model knows no other's. @param {string} source */
  #strangeRun(source) {
    const own = this.#workers.filter((worker) => worker.source === source);
    return this.dice.chance(50) || own.length === 0 ? NO_RUN : this.dice.of(own).run;
  }

  /** @param {string} source */
  staff(source) {
    const { dice } = this;
    const key = aKey(dice);
    if (dice.chance(30)) return [{ staff: source, key, cells: null }];
    const cells = dice.of([
      { price: 3 },
      { note: 'by hand' },
      { memo: 'm3', price: 1 },
      { grade: 'C' },
    ]);
    return [{ staff: source, key, cells }];
  }

  /** Rows are locked while somebody commits. @param {string} source @param {Worker} worker */
  locked(source, worker) {
    const keys = someKeys(this.dice, 8);
    const between = [
      ...this.commit(source, worker),
      ...(this.dice.chance(30) ? this.commit(source, worker) : []),
    ];
    return [{ lock: source, keys }, ...between, { unlock: source }];
  }

  /**
   * The same is held again when an entry may be touched again; the lease has run out meanwhile.
   * @param {string} source @param {Worker} worker
   */
  hourLater(source, worker) {
    const batch = drawBatch(this.dice, worker, this.#stateVersion);
    const p_held = [{ key: 'k07', hash: hashOf('k07'), code: 'not_a_date', row: 9 }];
    const first = { ...batch, p_held };
    const second = { ...first, p_seq: batch.p_seq + 1, p_digest: 'an hour later' };
    const pass_ms = this.dice.of([30, 90]) * MINUTE_MS;
    return [call('sync_commit', first), { pass_ms }, call('sync_commit', second)];
  }

  /** Another worker is at the state. @param {string} source */
  lockedState(source) {
    return [{ lock_state: source }, ...this.claim(source), { unlock: source }];
  }

  pass() {
    return [{ pass_ms: this.dice.of([2, 2, 30, 90, 2880]) * MINUTE_MS }];
  }

  /** @param {string} source */
  read(source) {
    const { dice } = this;
    const reads = [
      call('sync_read_status', { p_sync_id: this.#runs.length > 0 ? dice.of(this.#runs) : NO_RUN }),
      call('sync_read_status', { p_sync_id: NO_RUN }),
      call('sync_read_health', { p_source: source }),
      call('sync_read_health', { p_source: source }),
      call('sync_read_history', { p_source: source, p_limit: dice.of([1, 2, 200, 0]) }),
      call('sync_read_errors', { p_source: source, p_limit: 1000, p_with_values: true }),
      call('sync_read_errors', { p_source: source, p_limit: 1000, p_state: dice.of(STATES) }),
      call('sync_read_errors', { p_source: source, p_limit: dice.of([1, 3, 0, 1001]) }),
    ];
    return [dice.of(reads)];
  }

  /** @param {string} source */
  resolve(source) {
    const read = call('sync_read_errors', { p_source: source, p_limit: 1000 });
    const p_ids = this.dice.chance(10) ? null : this.dice.some(this.#identities, 3);
    const p_action = this.dice.of(['resolve', 'ignore', 'ignore', 'reopen', 'forget']);
    return [read, call('sync_resolve_errors', { p_source: source, p_ids, p_action })];
  }

  /** @param {string} source */
  prune(source) {
    const p_keep_days = this.dice.of([0, 1, 1, -1]);
    return [call('sync_prune', { p_source: source, p_keep_days, p_limit: this.dice.of([500, 1]) })];
  }
}

/** @param {string} name @param {Json} args */
const call = (name, args) => ({ call: name, arguments: args });

const STATES = ['open', 'ignored', 'resolved'];

const wrongRequests = [
  { p_kind: 'half' },
  { p_kind: 'full', p_keys: ['k01'] },
  { p_kind: 'selective', p_keys: null },
  { p_kind: 'selective', p_keys: [] },
  { p_kind: 'selective', p_keys: ['k01', null] },
  { p_trigger: '' },
  { p_trigger: 'x'.repeat(51) },
  { p_batch_size: 1001 },
  { p_dry_run: null },
  { p_source: 'nowhere' },
];

const wrongClaims = [
  { p_lease_ms: 0 },
  { p_lease_ms: 3_600_001 },
  { p_owner: null },
  { p_mapping_hash: null },
  { p_state_version: null },
  { p_source: 'nowhere' },
];

const wrongClosings = [
  { p_status: 'cancelled' },
  { p_status: 'failed', p_cause: null },
  { p_status: 'failed', p_cause: { message: 'why' } },
  { p_state: { at: 'end' }, p_state_version: null },
  { p_source: 'nowhere' },
];
