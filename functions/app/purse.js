// A budget that several share: parts are taken out of it, and what they leave comes back. Something
// is kept back for those who come last.
import { REQUESTS_MIN, remaining } from './budgets.js';

/** @typedef {import('../../wasm/js/protocol.js').Budgets} Budgets */
/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */

/** To look, to record, to deliver two alerts and to say how it went; of further sources to look. */
const WATCH_REQUESTS = 5;
const FURTHER_WATCH_REQUESTS = 2;
const WATCH_MS = 5_000;

/** @param {Budgets} budgets */
export function createPurse(budgets) {
  const begun = performance.now();
  const used = { requests: 0, rows: 0 };
  let kept = { requests: 0, ms: 0 };
  const spend = (
    /** @type {{ requests?: number, rows?: number }} */ { requests = 0, rows = 0 },
  ) => {
    used.requests += requests;
    used.rows += rows;
  };
  const left = () => {
    const ms = performance.now() - begun + kept.ms;
    return remaining(budgets, { ms, requests: used.requests + kept.requests, rows: used.rows });
  };
  /** Rows are none of its concern, and one request is enough to look. */
  const leftToWatch = () =>
    remaining({ ...budgets, rows: 0 }, { ...used, ms: performance.now() - begun }, 1);

  /** @param {Budgets} part */
  const handOver = (part) => {
    spend(part);
    return {
      budgets: part,
      /** @param {FinishEffect} finish */
      giveBack: ({ document: { requests: made = {}, rows: moved = 0 } }) => {
        const sum = Object.values(made).reduce((total, count) => total + count, 0);
        const { requests = 0, rows = 0 } = part;
        spend({ requests: sum - requests, rows: moved - rows });
      },
    };
  };

  return {
    spend,
    /**
     * For watching so many sources; at most a quarter, and never what the work needs at least.
     * @param {number} sources
     */
    keepBack: (sources) => {
      const { requests = 0, wall_ms: wallMs = 0 } = budgets;
      const wanted = sources && WATCH_REQUESTS + FURTHER_WATCH_REQUESTS * (sources - 1);
      const most = Math.min(Math.floor(requests / 4), requests - used.requests - REQUESTS_MIN);
      kept = {
        requests: Math.max(0, Math.min(wanted, most)),
        ms: sources && Math.min(WATCH_MS, wallMs / 10),
      };
    },
    /** @param {number} requests */
    covers: (requests) => {
      const rest = left();
      return rest !== null && (!rest.requests || rest.requests >= requests);
    },
    /**
     * @param {number} sources that want a part, the caller's included
     * @param {number} atOnce how many of them work at the same time
     */
    take: (sources, atOnce) => {
      const rest = left();
      if (rest === null) return null;
      const { wall_ms = 0, requests = 0, rows = 0 } = rest;
      return handOver({
        ...rest,
        wall_ms: Math.ceil(wall_ms / Math.ceil(sources / atOnce)),
        requests: requests && Math.max(REQUESTS_MIN, Math.floor(requests / sources)),
        rows: Math.ceil(rows / sources),
      });
    },
    /**
     * The same for watching, out of what was kept back and whatever else is left.
     * @param {number} sources
     * @param {number} atOnce
     */
    takeToWatch: (sources, atOnce) => {
      const rest = leftToWatch();
      if (rest === null) return null;
      const { wall_ms = 0, requests = 0 } = rest;
      return handOver({
        ...rest,
        wall_ms: Math.ceil(wall_ms / Math.ceil(sources / atOnce)),
        requests: requests && Math.max(1, Math.floor(requests / sources)),
      });
    },
  };
}
