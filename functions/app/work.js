// What is worked on, and where: the tick over all sources, one source, and what is left handed out
// as a further invocation. Decides how a budget is shared; what to do with a source is the core's.
import { REQUESTS_MIN, remaining } from './budgets.js';

/** @typedef {import('../../wasm/js/protocol.js').Budgets} Budgets */
/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */
/** @typedef {import('./jobs.js').Jobs} Jobs */

/**
 * Work for another invocation. `source` null: the tick. `link`: how far the chain of invocations
 * that continue each other has come. `opens`: a full run is due, not only the rest of one.
 * @typedef {{ source: string | null, link: number, opens?: boolean }} Task
 */

/** @typedef {(task: Task) => Promise<unknown>} Dispatch */
/** @typedef {ReturnType<typeof createWork>} Work */

/**
 * @typedef {object} TickReport
 * @property {number} due
 * @property {{ source: string, outcome: string }[]} worked
 * @property {string[]} handedOut
 */

/**
 * @typedef {{ source: string, registered: boolean, due: boolean, opens: boolean,
 *   prunable: boolean }} DueSource
 */

/** Some platforms stop a function that calls itself for ever; the tick goes on after the last. */
export const LINKS_MAX = 10;

/**
 * @param {object} options
 * @param {import('./sources.js').Sources} options.sources
 * @param {() => Budgets} options.budgets
 * @param {number} options.concurrency sources advanced at once
 * @param {Dispatch} [options.dispatch]
 * @param {import('./log.js').Log} options.log
 */
export function createWork({ sources, budgets, concurrency, dispatch, log }) {
  /**
   * @param {Task} task
   * @returns {Promise<boolean>} whether another invocation has it now; if not, the tick will
   */
  async function handOut(task) {
    if (dispatch === undefined || task.link > LINKS_MAX) return false;
    try {
      await dispatch(task);
      return true;
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      log({
        level: 'warn',
        event: 'hand_out_failed',
        fields: { source: task.source, name, message },
      });
      return false;
    }
  }

  /** @param {Task & { source: string }} task */
  async function advance({ source, link, opens = false }) {
    const jobs = sources.find(source);
    if (jobs === undefined) {
      return void log({ level: 'warn', event: 'unknown_task', fields: { source } });
    }
    const finish = await jobs.advance(opens ? 'scheduled' : 'manual', budgets());
    if (finish.document.more === true) await handOut({ source, link: link + 1 });
  }

  /** @returns {Promise<DueSource[]>} the source that has waited longest first */
  async function lookAround() {
    const { document } = await sources.first.due(sources.names);
    if (document.http_status === 200) {
      const found = /** @type {{ sources: DueSource[] }} */ (document.body).sources;
      for (const { source } of found.filter(({ registered }) => !registered)) {
        log({ level: 'error', event: 'unknown_source', fields: { source } });
      }
      return found;
    }
    const code = document.body?.code ?? document.cause?.code;
    log({ level: 'error', event: 'tick_failed', fields: { code, detail: document.body?.detail } });
    return [];
  }

  /**
   * @param {number} link
   * @returns {Promise<TickReport>}
   */
  async function tick(link = 1) {
    const budget = createPurse(budgets());
    const around = await lookAround();
    budget.spend({ requests: 1, rows: 0 });
    const due = around.filter((source) => source.due);
    const [handedOut, here] = await shareOut(due);
    const worked = await workHere(here, budget, link);
    for (const { source, prunable } of around) {
      if (prunable && budget.covers(1)) await sources.find(source)?.prune();
    }
    log({ level: 'info', event: 'tick_ended', fields: { due: due.length, worked, handedOut } });
    return { due: due.length, worked, handedOut };
  }

  /**
   * One source alone is worked on where we are; several each get an invocation of their own.
   * @param {DueSource[]} due
   * @returns {Promise<[string[], DueSource[]]>}
   */
  async function shareOut(due) {
    if (due.length < 2 || dispatch === undefined) return [[], due];
    const isOut = await Promise.all(
      due.map(({ source, opens }) => handOut({ source, link: 1, opens })),
    );
    const [out, here] = [true, false].map((where) => due.filter((_, i) => isOut[i] === where));
    return [out.map(({ source }) => source), here];
  }

  /**
   * Round after round, `concurrency` at once: each source that is left gets an equal part of what is
   * left, so that a large one holds up no small one.
   * @param {DueSource[]} due
   * @param {ReturnType<typeof createPurse>} budget
   * @param {number} link
   */
  async function workHere(due, budget, link) {
    const waiting = due.map(({ source, opens }) => ({ source, opens }));
    /** @type {Map<string, string>} */
    const outcomes = new Map();
    /** @type {string[]} */
    const unfinished = [];
    let working = 0;
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        working += 1;
        const part = budget.take(waiting.length + working, concurrency);
        const finish =
          part && (await sources.find(next.source)?.advance(trigger(next), part.budgets));
        working -= 1;
        if (!part || !finish) {
          unfinished.push(next.source);
          continue;
        }
        part.giveBack(finish);
        outcomes.set(next.source, finish.outcome);
        if (finish.document.more === true) waiting.push({ source: next.source, opens: false });
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, due.length) }, worker));
    await Promise.all(unfinished.map((source) => handOut({ source, link: link + 1 })));
    return [...outcomes].map(([source, outcome]) => ({ source, outcome }));
  }

  return {
    tick,
    advance,
    handOut,
    /** @param {Task} task */
    work: async ({ source, ...task }) => {
      if (source === null) await tick(task.link);
      else await advance({ source, ...task });
    },
  };
}

/** @param {{ opens: boolean }} source */
const trigger = ({ opens }) => (opens ? 'scheduled' : 'manual');

/**
 * A budget that several share: parts are taken out of it, and what they leave comes back.
 * @param {Budgets} budgets
 */
function createPurse(budgets) {
  const begun = performance.now();
  const used = { requests: 0, rows: 0 };
  const left = () => remaining(budgets, { ...used, ms: performance.now() - begun });
  const spend = (/** @type {{ requests: number, rows: number }} */ { requests, rows }) => {
    used.requests += requests;
    used.rows += rows;
  };

  return {
    spend,
    /** @param {number} requests */
    covers: (requests) => {
      const rest = left();
      return rest !== null && (!rest.requests || rest.requests >= requests);
    },
    /**
     * @param {number} sources that want a part, the caller's included
     * @param {number} atOnce how many of them work at the same time
     */
    take(sources, atOnce) {
      const rest = left();
      if (rest === null) return null;
      const { wall_ms = 0, requests = 0, rows = 0 } = rest;
      const part = {
        ...rest,
        wall_ms: Math.ceil(wall_ms / Math.ceil(sources / atOnce)),
        requests: requests && Math.max(REQUESTS_MIN, Math.floor(requests / sources)),
        rows: Math.ceil(rows / sources),
      };
      spend(part);
      return {
        budgets: part,
        /** @param {FinishEffect} finish */
        giveBack: ({ document: { requests: made = {}, rows: moved = 0 } }) => {
          const sum = Object.values(made).reduce((total, count) => total + count, 0);
          spend({ requests: sum - part.requests, rows: moved - part.rows });
        },
      };
    },
  };
}
