// What the behavioural suite (suite.js) needs to know of a runtime. A runtime's test is
// `behaves(driver)` in tests/runtimes/<name>.test.js, its driver tests/runtimes/drivers/<name>.js.

/**
 * @typedef {object} Deployment
 * @property {string} folder the built bundle: dist/<platform>, wherever it was built
 * @property {Record<string, string>} environment all variables there are; with CRON_SECRET and
 *   without SYNC_MAPPING, which is in the bundle
 */

/**
 * A deployment that runs.
 * @typedef {object} Runtime
 * @property {string} url what stands before /api/sync; ends with the platform's path prefix
 * @property {() => Promise<unknown>} tick the platform's own scheduled event; settles when it has
 *   been taken, its work may go on
 * @property {() => Promise<void>} kill ends it at once, in the middle of whatever it does
 * @property {() => Promise<void>} stop nothing is left of it afterwards; also after kill
 * @property {() => string} log what it wrote so far
 */

/**
 * @typedef {object} Driver
 * @property {string} name for people
 * @property {string} platform whose bundle it runs
 * @property {(deployment: Deployment) => Promise<Runtime>} start
 * @property {boolean} [needsTicks] what a request asked for is not begun before the next tick
 */

export {};
