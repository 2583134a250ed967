// Ignore, resolve, reopen: one command each, alike but for the word.
import { connect, CLIENT_OPTIONS, CLIENT_USAGE } from './client/index.js';
import { EXIT } from './exit.js';
import { chooseIds, FILTER_OPTIONS, FILTER_USAGE, portions } from './held.js';
import { createTerminal } from './terminal.js';
import { readArguments, UsageError } from './usage-error.js';

const POSITIONALS_MAX = 10_000;
const NO_IDS = 'which ones? Give ids: `errors --state ignored` lists them';

/**
 * @param {'ignore' | 'resolve' | 'reopen'} action
 * @param {string} meaning what it does, in one paragraph
 * @returns {import('./main.js').Command}
 */
export function createReview(action, meaning) {
  const whichOnes = action === 'reopen' ? '' : ' | --all | --code CODE';
  const filters =
    action === 'reopen' ? '' : `  --all           every open entry\n${FILTER_USAGE}\n`;
  const flag = { type: /** @type {const} */ ('boolean') };
  const choosers = action === 'reopen' ? {} : { ...FILTER_OPTIONS, all: flag };
  return {
    usage: `listing-sync ${action} ID…${whichOnes} [options]

${meaning}
Ids are those of \`listing-sync errors\`.

${filters}${CLIENT_USAGE}
  --json          {"changed": n}

Exit codes: 0 done, 1 no entry was changed, 2 wrong usage or configuration, 3 not reachable or
refused.
`,
    run: async (args, io) => {
      const options = { ...CLIENT_OPTIONS, ...choosers };
      const { values, positionals } = readArguments(args, options, POSITIONALS_MAX);
      const { all, code, column, search } = /** @type {import('./held.js').Chosen} */ (values);
      if (action === 'reopen' && positionals.length === 0) throw new UsageError(NO_IDS);
      const choose = chooseIds(positionals, { all, code, column, search });
      const client = await connect(values, io);
      const changed = await review(client, action, await choose(client));
      const { json, print } = createTerminal(io);
      if (values.json) json({ changed });
      else print(changed === 1 ? '1 entry changed' : `${changed} entries changed`);
      return changed > 0 ? EXIT.fine : EXIT.failed;
    },
  };
}

/**
 * @param {import('./client/index.js').Client} client
 * @param {string} action
 * @param {number[]} ids
 */
async function review(client, action, ids) {
  let changed = 0;
  for (const portion of portions(ids)) {
    const { document } = await client.post(`/errors/${action}`, { ids: portion });
    changed += document.changed;
  }
  return changed;
}
