// The Lambda service around the function: instances are started when they are needed, take one
// event at a time, and are frozen between two. What was accepted asynchronously is invoked once.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../end-with-us.js';

const PROGRAM = fileURLToPath(new URL('./instance.js', import.meta.url));

/** @typedef {{ child: import('node:child_process').ChildProcess, isFree: boolean }} Instance */

/**
 * @param {object} options
 * @param {string} options.handler the path of index.mjs
 * @param {Record<string, string>} options.environment all there is: nothing is inherited
 * @param {number} [options.timeoutMs]
 */
export function createService({ handler, environment, timeoutMs = 300_000 }) {
  /** @type {Set<Instance>} */
  const instances = new Set();
  /** @type {Set<Promise<unknown>>} */
  const queued = new Set();
  /** @type {string[]} */
  const failures = [];
  let log = '';

  async function startInstance() {
    const child = fork(PROGRAM, [handler], { env: environment, silent: true });
    const instance = { child, isFree: false };
    endWithUs(child);
    instances.add(instance);
    const write = (/** @type {unknown} */ chunk) => void (log += chunk);
    child.stdout?.on('data', write);
    child.stderr?.on('data', write);
    child.once('exit', () => instances.delete(instance));
    await Promise.race([once(child, 'message'), died(child)]);
    return instance;
  }

  /**
   * One event. Rejects when the function failed, or its instance died over it.
   * @param {unknown} event
   * @returns {Promise<any>}
   */
  async function invoke(event) {
    const free = [...instances].find(({ isFree }) => isFree);
    if (free) free.isFree = false;
    const instance = free ?? (await startInstance());
    const { child } = instance;
    child.kill('SIGCONT');
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.send({ event, deadline: Date.now() + timeoutMs });
    try {
      const [{ result, failure }] = await Promise.race([once(child, 'message'), died(child)]);
      child.kill('SIGSTOP');
      instance.isFree = true;
      if (failure !== undefined) throw new Error(failure);
      return JSON.parse(result);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {unknown} event */
  function invokeLater(event) {
    const done = invoke(event)
      .catch((error) => failures.push(error.message))
      .finally(() => queued.delete(done));
    queued.add(done);
  }

  return {
    invoke,
    invokeLater,
    /** What failed without anybody waiting for it. */
    failures,
    log: () => log,
    /** Settles when no asynchronous invocation is under way and none has followed. */
    async idle() {
      while (queued.size > 0) await Promise.all(queued);
    },
    /** All instances at once, in the middle of whatever they do. */
    async kill() {
      const ends = [...instances].map(({ child }) => once(child, 'exit'));
      for (const { child } of instances) child.kill('SIGKILL');
      await Promise.all(ends);
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<never>}
 */
async function died(child) {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`the instance died (${signal ?? code})`);
}
