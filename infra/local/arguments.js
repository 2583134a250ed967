// The command line of `npm start`: what may be said, and what is wrong with what was said.
import { parseArgs } from 'node:util';

/**
 * @typedef {object} LocalOptions
 * @property {number} rows of the generated sheet
 * @property {number} seed of the generator
 * @property {string | null} csv a file to use instead of a generated sheet
 * @property {number} port 0: any free one
 * @property {boolean} once sync, report, exit
 * @property {boolean} json the report as the last line
 * @property {boolean} help
 */

export const USAGE = `npm start -- [options]

  --rows N      rows of the generated sheet (1 to 100000; 1000)
  --seed N      another seed, another sheet (1)
  --csv FILE    your own sheet instead: UTF-8 or Shift_JIS, headers in the first row
  --port N      port of the HTTP function (PORT, or 8787; 0: any free one)
  --once        sync once, report and exit (0: completed, 1: not)
  --json        print the report as one line of JSON at the end

With SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY, GOOGLE_SERVICE_ACCOUNT_JSON and SYNC_SPREADSHEET_ID
set, the real services are used instead of the embedded ones.`;

/**
 * Throws Error with one sentence that names the argument.
 * @param {string[]} args
 * @param {Record<string, string | undefined>} [environment]
 * @returns {LocalOptions}
 */
export function readArguments(args, environment = {}) {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      csv: { type: 'string' },
      port: { type: 'string', default: environment.PORT ?? '8787' },
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    rows: integer('--rows', values.rows, 1, 100_000),
    seed: integer('--seed', values.seed, 0, 2 ** 32 - 1),
    csv: values.csv ?? null,
    port: integer('--port', values.port, 0, 65_535),
    once: values.once,
    json: values.json,
    help: values.help,
  };
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} min
 * @param {number} max
 */
function integer(name, text, min, max) {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
}
