// The library: the same jobs without HTTP, for a Node back end that wants to call them (SPEC S13).
import { createJobs } from './jobs.js';
import { ProblemError, unanswered } from './problem.js';
import { parseRunRequest, parseSyncId } from './requests.js';

/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */

/**
 * @typedef {object} ServiceOptions
 * @property {number} [waitMsMax] how long syncAll and syncByNumbers wait for the end of their run
 */

/**
 * The status document of docs/API.md.
 * @typedef {object} SyncStatus
 * @property {string} syncId
 * @property {'queued' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'superseded'} status
 * @property {string} startedAt
 * @property {string | null} completedAt
 * @property {Record<string, number>} stats
 * @property {{ propertyNumber: string | null, error: string, code: string }[]} errors
 * @property {number} errorsTotal
 */

const OPEN = new Set(['queued', 'in_progress']);
const WAIT_MS_MAX = 30 * 60_000;
const PAUSE_MS = 1000;

/**
 * Make one per mapping and keep it: it caches the access token and advances the source once at a
 * time. What is refused, or cannot be answered, is thrown as ProblemError; `problem.code` is
 * stable.
 */
export class PropertyListingRestSyncService {
  #jobs;
  #waitMsMax;
  #signal;

  /**
   * Makes no connection. Throws ConfigurationError for a mapping with faults.
   * @param {import('./jobs.js').JobsOptions & ServiceOptions} config
   */
  constructor(config) {
    this.#jobs = createJobs(config);
    this.#waitMsMax = config.waitMsMax ?? WAIT_MS_MAX;
    this.#signal = config.signal;
  }

  /**
   * Synchronises every row and resolves when the run has ended, however many invocations and pauses
   * that takes. Throws ProblemError, `sync_unfinished` when it took too long (the run stays open).
   * @returns {Promise<SyncStatus>}
   */
  syncAll() {
    return this.#sync({});
  }

  /**
   * The same for the rows of these property numbers only (1 to 1,000).
   * @param {string[]} numbers
   * @returns {Promise<SyncStatus>}
   */
  syncByNumbers(numbers) {
    return this.#sync({ propertyNumbers: numbers });
  }

  /**
   * @param {string} syncId
   * @returns {Promise<SyncStatus>}
   */
  async getSyncStatus(syncId) {
    return /** @type {any} */ (bodyOf(await this.#jobs.status(parseSyncId(syncId))));
  }

  /** The health document; its `status` is `unknown` while the database cannot be read. */
  async getHealth() {
    return bodyOf(await this.#jobs.health());
  }

  /**
   * @param {object} body as of POST …/manual
   * @returns {Promise<SyncStatus>}
   */
  async #sync(body) {
    const recorded = bodyOf(await this.#jobs.request(parseRunRequest(body)));
    const syncId = String(recorded.syncId);
    const endsAt = performance.now() + this.#waitMsMax;
    for (;;) {
      const { document } = await this.#jobs.advance('manual');
      const status = await this.#statusIfReadable(syncId);
      if (status !== null && !OPEN.has(status.status)) return status;
      const pauseMs = document.resume_in_ms || PAUSE_MS;
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0 || this.#signal?.aborted) throw unfinished(syncId);
      await pause(Math.min(pauseMs, leftMs), this.#signal);
    }
  }

  /**
   * @param {string} syncId
   * @returns {Promise<SyncStatus | null>} null during an outage, which a waiting caller outlasts
   */
  async #statusIfReadable(syncId) {
    try {
      return await this.getSyncStatus(syncId);
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status >= 500) return null;
      throw error;
    }
  }
}

/**
 * @param {FinishEffect} finish
 * @returns {Record<string, unknown>}
 */
function bodyOf(finish) {
  const { content_type: type, body } = finish.document;
  if (body === undefined) throw new ProblemError(unanswered(finish));
  if (type !== 'application/problem+json') return body;
  throw new ProblemError(/** @type {any} */ (body));
}

/** @param {string} syncId */
function unfinished(syncId) {
  const title = 'The run has not ended in time';
  return new ProblemError({ status: 504, code: 'sync_unfinished', title, detail: syncId });
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal] ends the pause early
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
