// What the page knows of its source: health, asked again and again, and the open run, followed
// live. Views subscribe; nothing here draws.
import { ApiError, isAbort } from './api.js';

/** @typedef {ReturnType<typeof createFacts>} Facts */
/** @typedef {(ended: { syncId: string, status: any }) => void} OnRunEnd */
/**
 * A run that is followed, or was. `status`: its latest status document; `error`: why it can be
 * followed no longer.
 * @typedef {{ status: any, isEnded: boolean, error: unknown }} Followed
 */

const VISIBLE_MS = 5_000;
const HIDDEN_MS = 60_000;
/** The server is away: asked soon at first, then less often. */
const AWAY_MS = [1_000, 2_000, 4_000, 8_000];
/** A page may stand open for months, with a run every few minutes. */
const FOLLOWED_MAX = 20;

/**
 * @param {object} options
 * @param {import('./api.js').Api} options.api
 * @param {import('./live.js').Follow} options.follow
 */
export function createFacts({ api, follow }) {
  const stop = new AbortController();
  /** @type {Set<() => void>} */
  const listeners = new Set();
  /** @type {Set<OnRunEnd>} */
  const endListeners = new Set();
  /** @type {Map<string, Followed>} */
  const followed = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<void> | null} */
  let asking = null;
  let failures = 0;
  const state = {
    /** @type {any} the health document */
    health: null,
    /** @type {unknown} why health could not be read the last time */
    problem: null,
    /** @type {any} status document of the open run */
    running: null,
  };
  const tell = () => listeners.forEach((listener) => listener());

  async function ask() {
    const { signal } = stop;
    try {
      state.health = await api.get('/health', { signal, conditional: true });
      state.problem = null;
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof ApiError)) throw error;
      // 503 with a health document: the function is there, its database is not.
      const isHealth = error.document?.status === 'unknown';
      if (isHealth) state.health = error.document;
      state.problem = isHealth ? null : error;
    }
    failures = state.problem === null ? 0 : failures + 1;
    const syncId = state.health?.running?.syncId;
    if (state.problem === null && syncId) watch(syncId);
    tell();
  }

  function refresh() {
    clearTimeout(timer);
    asking ??= ask().finally(() => {
      asking = null;
      if (!stop.signal.aborted) timer = setTimeout(refresh, pauseMs());
    });
    return asking;
  }

  function pauseMs() {
    if (document.visibilityState === 'hidden') return HIDDEN_MS;
    if (failures === 0) return VISIBLE_MS;
    return AWAY_MS[Math.min(failures, AWAY_MS.length) - 1];
  }

  /**
   * Follows a run to its end; for a run that is followed already nothing is done.
   * @param {string} syncId
   */
  function watch(syncId) {
    if (followed.has(syncId)) return;
    forgetOld();
    const run = { status: null, isEnded: false, error: null };
    followed.set(syncId, run);
    followToEnd(syncId, run);
  }

  function forgetOld() {
    for (const [syncId, { isEnded }] of followed) {
      if (isEnded && followed.size >= FOLLOWED_MAX) followed.delete(syncId);
    }
  }

  /** @param {string} syncId @param {Followed} run */
  async function followToEnd(syncId, run) {
    const onStatus = (/** @type {any} */ status) => {
      run.status = status;
      if (status.status === 'in_progress') state.running = status;
      tell();
    };
    try {
      const status = await follow(syncId, onStatus, { signal: stop.signal });
      run.isEnded = true;
      if (state.running?.syncId === syncId) state.running = null;
      endListeners.forEach((listener) => listener({ syncId, status }));
      await refresh();
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof ApiError)) throw error;
      // Not to be followed (pruned, signed out): health still tells whether something runs.
      run.error = error;
      if (state.running?.syncId === syncId) state.running = null;
      tell();
    }
  }

  const onVisible = () => {
    if (document.visibilityState === 'visible') refresh();
  };

  return {
    get health() {
      return state.health;
    },
    get running() {
      return state.running;
    },
    /** Why the last question about health had no good answer; null: it had one. */
    get problem() {
      return state.problem;
    },
    refresh,
    watch,
    /**
     * What is known of a run that is or was followed here.
     * @param {string} syncId
     * @returns {Followed | undefined}
     */
    runOf: (syncId) => followed.get(syncId),
    /** @param {() => void} listener @returns {() => void} ends it */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** @param {OnRunEnd} listener @returns {() => void} ends it */
    onRunEnd(listener) {
      endListeners.add(listener);
      return () => void endListeners.delete(listener);
    },
    start() {
      document.addEventListener('visibilitychange', onVisible);
      addEventListener('online', onVisible);
      refresh();
    },
    stop() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
      removeEventListener('online', onVisible);
      listeners.clear();
      endListeners.clear();
      stop.abort();
    },
  };
}
