// What is wrong with a command line, as the shared reader of options finds it.
import { parseArgs } from 'node:util';
import { nearest } from './nearest.js';

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {}

/**
 * util.parseArgs without positionals; an unknown option is refused with the nearest one's name.
 * Throws UsageError.
 * @template {import('node:util').ParseArgsConfig['options']} T
 * @param {string[]} args
 * @param {T} options
 */
export function readOptions(args, options) {
  const names = Object.keys(options ?? {});
  for (const arg of args) {
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name === undefined || names.includes(name)) continue;
    const guess = nearest(name, names);
    throw new UsageError(
      `there is no option --${name}${guess === null ? '' : `; did you mean --${guess}?`}`,
    );
  }
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
