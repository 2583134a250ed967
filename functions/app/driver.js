// The effect driver: feeds events to the core one at a time and performs the effects it returns.
// It decides nothing: no retry, no condition on business state. The clock and the random numbers of
// an invocation come from here and nowhere else.
import { CoreError } from '../../wasm/js/core.js';
import { CredentialsError } from './credentials.js';
import { exchange } from './exchange.js';
import { addressOf } from './targets.js';

/** @typedef {import('../../wasm/js/core.js').Core} Core */
/** @typedef {import('../../wasm/js/protocol.js').Event} Event */
/** @typedef {import('../../wasm/js/protocol.js').Effect} Effect */
/** @typedef {import('../../wasm/js/protocol.js').StartedEvent} StartedEvent */
/** @typedef {import('../../wasm/js/protocol.js').FetchEffect} FetchEffect */
/** @typedef {import('../../wasm/js/protocol.js').LogEffect} LogEffect */
/** @typedef {import('../../wasm/js/protocol.js').WaitEffect} WaitEffect */
/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */
/** @typedef {import('./targets.js').Target} Target */

/**
 * @typedef {object} Host
 * @property {Core} core of this invocation alone
 * @property {import('./targets.js').Targets} targets
 * @property {import('./log.js').Log} log
 * @property {typeof globalThis.fetch} [fetch]
 * @property {AbortSignal} [signal] the host is going down: end now, the next tick resumes
 */

/**
 * What the caller says of a `started` event; clock, seed and instance are added here.
 * @typedef {Omit<StartedEvent, 'type' | 'now_ms' | 'seed' | 'instance'>
 *   & Partial<Pick<StartedEvent, 'seed' | 'instance'>>} Started
 */

/** Longer than this, timers fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The response headers the core may see. */
const RESPONSE_HEADERS = ['retry-after', 'content-type', 'date', 'content-range'];

/**
 * Runs one invocation to its `finish` effect. Never rejects: what the host itself cannot go on with
 * ends as outcome `failed` with cause `core_trap` (or another `core_…`), `effect_refused` or
 * `host_stopped`. Afterwards no timer and no request of it is left, and its core is dropped.
 * @param {Host} host
 * @param {Started} started
 * @param {Uint8Array} mapping
 * @returns {Promise<FinishEffect>}
 */
export function runInvocation(host, started, mapping) {
  return new Promise((resolve) => new Invocation(host, started, resolve).begin(started, mapping));
}

class Invocation {
  #host;
  #resolve;
  #generation;
  #instance;
  #job;
  /** @type {string | undefined} */
  #syncId;
  #origin = performance.now();
  #finished = false;
  #stop = new AbortController();
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  #timers = new Set();
  #onHostStop = () => this.#fail('host_stopped', 'the host is going down');

  /**
   * @param {Host} host
   * @param {Started} started
   * @param {(finish: FinishEffect) => void} resolve
   */
  constructor(host, started, resolve) {
    this.#host = host;
    this.#resolve = resolve;
    this.#generation = host.core.generation;
    this.#instance = started.instance ?? crypto.randomUUID();
    this.#job = started.job;
    this.#syncId = started.sync_id;
  }

  /**
   * @param {Started} started
   * @param {Uint8Array} mapping
   */
  begin(started, mapping) {
    const { signal } = this.#host;
    if (signal?.aborted) return this.#onHostStop();
    signal?.addEventListener('abort', this.#onHostStop);
    const seed = started.seed ?? randomSeed();
    const event = { ...started, type: /** @type {const} */ ('started'), now_ms: 0, seed };
    this.#deliver({ ...event, instance: this.#instance }, mapping);
  }

  /**
   * @param {Event} event its clock is set here
   * @param {Uint8Array | null} body
   */
  #deliver(event, body) {
    if (this.#finished) return;
    const { core } = this.#host;
    if (core.generation !== this.#generation) {
      return this.#fail('core_lost', 'the instance this answer was for is gone');
    }
    let effects;
    try {
      effects = core.step({ ...event, now_ms: this.#now() }, body);
    } catch (error) {
      return this.#lose(error, event);
    }
    for (const effect of effects) {
      if (this.#finished) return;
      this.#perform(effect);
    }
  }

  /** @param {Effect} effect */
  #perform(effect) {
    switch (effect.type) {
      case 'fetch':
        return void this.#fetch(effect);
      case 'wait':
        return this.#wait(effect);
      case 'log':
        return this.#log(effect);
      case 'finish':
        return this.#finish(effect);
      default:
        return this.#fail('effect_refused', 'an effect of unknown type');
    }
  }

  /** @param {FetchEffect} effect */
  async #fetch(effect) {
    const target = this.#host.targets.get(effect.target);
    const url = addressOf(target, effect.path);
    if (target === undefined || url === null) {
      return this.#fail('effect_refused', `no address for target ${effect.target}`);
    }
    const answer = await this.#exchange(effect, target, url);
    const { id } = effect;
    if (!answer.ok) {
      const { why, message } = answer;
      return this.#deliver({ type: 'no_response', now_ms: 0, id, why, message }, null);
    }
    const headers = pick(answer.headers);
    const { status, body } = answer;
    this.#deliver({ type: 'response', now_ms: 0, id, status, headers }, body);
  }

  /**
   * The time that obtaining credentials takes is part of the effect's timeout.
   * @param {FetchEffect} effect
   * @param {Target} target
   * @param {string} url
   * @returns {Promise<import('./exchange.js').Answer | import('./exchange.js').NoAnswer>}
   */
  async #exchange(effect, target, url) {
    const begun = this.#now();
    let credentials;
    /** @type {{ headers: Record<string, string>, body: import('./targets.js').Body }} */
    let shaped = effect;
    try {
      credentials = await target.authorize(effect.renew_credentials);
      if (target.shape) shaped = await target.shape(effect.headers, effect.body);
    } catch (error) {
      return withoutCredentials(error);
    }
    return exchange({
      url,
      method: effect.method,
      headers: { ...shaped.headers, ...credentials },
      body: shaped.body,
      timeoutMs: Math.max(0, effect.timeout_ms - (this.#now() - begun)),
      bytesMax: effect.max_bytes,
      signal: this.#stop.signal,
      fetch: this.#host.fetch,
    });
  }

  /** @param {WaitEffect} effect */
  #wait({ id, ms }) {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#deliver({ type: 'timer', now_ms: 0, id }, null);
      },
      Math.min(ms, TIMER_MS_MAX),
    );
    this.#timers.add(timer);
  }

  /** @param {Pick<LogEffect, 'level' | 'event' | 'fields'>} effect */
  #log({ level, event, fields }) {
    if (typeof fields?.sync_id === 'string') this.#syncId = fields.sync_id;
    const ids = { instance: this.#instance, job: this.#job, sync_id: this.#syncId };
    this.#host.log({ level, event, ...ids, fields });
  }

  /** @param {FinishEffect} effect */
  #finish(effect) {
    const { core, signal } = this.#host;
    const fields = { outcome: effect.outcome, ms: this.#now(), memory_bytes: core.memoryBytes };
    this.#log({ level: 'debug', event: 'invocation_ended', fields });
    this.#finished = true;
    this.#stop.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    signal?.removeEventListener('abort', this.#onHostStop);
    core.drop();
    this.#resolve(effect);
  }

  /**
   * @param {unknown} error
   * @param {Event} event
   */
  #lose(error, event) {
    const code = error instanceof CoreError ? error.code : 'trap';
    const message = error instanceof Error ? error.message : String(error);
    this.#fail(`core_${code}`, message, { on: event.type, id: 'id' in event ? event.id : null });
  }

  /**
   * @param {string} code
   * @param {string} message
   * @param {Record<string, unknown>} [known]
   */
  #fail(code, message, known = {}) {
    if (this.#finished) return;
    this.#log({ level: 'error', event: code, fields: { message, ...known } });
    this.#finish({ type: 'finish', outcome: 'failed', document: { cause: { code, message } } });
  }

  #now() {
    return Math.floor(performance.now() - this.#origin);
  }
}

/**
 * An unreachable token endpoint is the network's fault; a refusal is one of the credentials.
 * @param {unknown} error
 * @returns {import('./exchange.js').NoAnswer}
 */
function withoutCredentials(error) {
  if (!(error instanceof CredentialsError)) {
    return { ok: false, why: 'credentials', message: 'the credentials could not be made' };
  }
  return { ok: false, why: error.transient ? 'network' : 'credentials', message: error.message };
}

/** @param {Headers} headers */
function pick(headers) {
  /** @type {Record<string, string>} */
  const picked = {};
  for (const name of RESPONSE_HEADERS) {
    const value = headers.get(name);
    if (value !== null) picked[name] = value;
  }
  return picked;
}

function randomSeed() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
