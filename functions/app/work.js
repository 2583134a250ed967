// What is worked on, and where: the tick over all sources, one source, and what is left handed out
// as a further invocation. Whoever has worked looks for alerts afterwards. Decides how a budget is
// shared (purse.js); what to do with a source is the core's.
import { createPurse } from './purse.js';

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
 *   prunable: boolean, alerts_due: boolean }} DueSource
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
    const budget = createPurse(budgets());
    budget.keepBack(1);
    const part = budget.take(1, 1);
    if (part === null) return;
    const finish = await jobs.advance(opens ? 'scheduled' : 'manual', part.budgets);
    part.giveBack(finish);
    const goesOn = finish.document.more === true && (await handOut({ source, link: link + 1 }));
    if (!goesOn && isWorthWatching(finish)) await watch([source], budget);
  }

  /**
   * Looks for alerts, of several sources at once. It comes after the work and never fails: a dead
   * webhook costs nobody else anything.
   * @param {string[]} names
   * @param {ReturnType<typeof createPurse>} budget
   */
  async function watch(names, budget) {
    const waiting = [...names];
    const worker = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const part = budget.takeToWatch(waiting.length + 1, concurrency);
        const finish = part && (await sources.find(name)?.watch(part.budgets));
        if (finish) part.giveBack(finish);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, names.length) }, worker));
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
    const left = around.filter(({ source }) => !handedOut.includes(source));
    const isAlerting = left.filter((source) => source.alerts_due).map(({ source }) => source);
    const toWatch = new Set([...here.map(({ source }) => source), ...isAlerting]);
    budget.keepBack(toWatch.size);
    const worked = await workHere(here, budget, link);
    for (const { source, outcome } of worked) {
      if (!isWorthWatching({ outcome })) toWatch.delete(source);
    }
    await watch([...toWatch], budget);
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
 * Where the database did not answer it would not answer now.
 * @param {{ outcome: string }} finish
 */
const isWorthWatching = ({ outcome }) => outcome !== 'unavailable' && outcome !== 'rejected';
