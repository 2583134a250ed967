// Planned faults of the local servers: what a test wants the next requests to suffer.

/**
 * @typedef {object} Fault
 * @property {string} [kind] only requests of this kind (`token`, `batchGet`; at the gateway the
 *   last
 *   part of the path, `sync_commit`); default: any
 * @property {number} [times] how many requests suffer it; default 1
 * @property {number} [delayMs] wait before answering
 * @property {number} [status] answer this instead
 * @property {Record<string, string>} [headers] more headers, or others
 * @property {string | object} [body] goes with `status`; an object is sent as JSON
 * @property {number} [truncateTo] the body ends, cleanly, after so many bytes
 * @property {number} [cutAfter] the connection dies after so many bytes of the body
 * @property {boolean} [drop] the connection dies, and nothing was done
 * @property {boolean} [loseAnswer] the connection dies, but what was asked for was done
 * @property {boolean} [done] goes with `status`: what was asked for was done, this answer hides it
 * @property {number} [lateMs] what was asked for was done; its answer is held back so long
 */

/** @typedef {(kind: string) => Fault | null} Chooser what a request of this kind suffers */

export class PlannedFaults {
  /** @type {{ fault: Fault, left: number }[]} */
  #planned = [];
  /** @type {Chooser | null} */
  #choose = null;

  /** From now on `choose` is asked for each request nothing was planned for; null: no longer. */
  spoil(/** @type {Chooser | null} */ choose) {
    this.#choose = choose;
  }

  /** @param {Fault} fault */
  plan(fault) {
    this.#planned.push({ fault, left: fault.times ?? 1 });
  }

  /**
   * The fault for a request of this kind: a planned one, used up once, or the chooser's.
   * @param {string} kind
   * @returns {Fault | null}
   */
  take(kind) {
    const matches = (/** @type {{ fault: Fault }} */ { fault }) =>
      fault.kind === undefined || fault.kind === kind;
    const index = this.#planned.findIndex(matches);
    if (index < 0) return this.#choose?.(kind) ?? null;
    const planned = this.#planned[index];
    planned.left -= 1;
    if (planned.left <= 0) this.#planned.splice(index, 1);
    return planned.fault;
  }

  clear() {
    this.#planned = [];
    this.#choose = null;
  }
}

/** @typedef {{ status: number, headers: Record<string, string>, body: Buffer }} Answer */

/**
 * The answer a fault gives instead of the real one; null: the real one is wanted.
 *
 * @param {Fault} fault
 * @returns {Answer | null}
 */
export function plannedAnswer({ status, body = '' }) {
  if (status === undefined) return null;
  const isJson = typeof body === 'object';
  const type = isJson ? 'application/json; charset=UTF-8' : 'text/html; charset=UTF-8';
  const bytes = Buffer.from(isJson ? JSON.stringify(body, null, 2) : body);
  return { status, headers: { 'content-type': type }, body: bytes };
}

/**
 * Waits as the fault wants.
 *
 * @param {number} ms
 * @param {import('node:http').ServerResponse} response
 * @returns {Promise<boolean>} false: the client left meanwhile
 */
export function waitUnlessLeft(ms, response) {
  return new Promise((resolve) => {
    const left = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      response.off('close', left);
      resolve(true);
    }, ms);
    response.once('close', left);
  });
}

/**
 * Sends an answer as the fault wants it.
 *
 * @param {import('node:http').ServerResponse} response
 * @param {Answer} answer
 * @param {Fault | null} fault
 */
export function sendAnswer(response, { status, headers, body }, fault) {
  if (fault?.loseAnswer) return void response.destroy();
  const sent = body.subarray(0, fault?.truncateTo ?? body.length);
  const length = { 'content-length': String(sent.length) };
  response.writeHead(status, { ...headers, ...length, ...fault?.headers });
  if (fault?.cutAfter === undefined) return void response.end(sent);
  response.write(sent.subarray(0, fault.cutAfter), () => response.destroy());
}
