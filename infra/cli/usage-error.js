// What is wrong with a command line, as the shared reader of options finds it.
import { parseArgs } from 'node:util';
import { nearest } from './nearest.js';

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {}

/**
 * util.parseArgs without positionals; an unknown option is refused with the nearest one's name.
 * Throws UsageError.
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} T
 * @param {string[]} args
 * @param {T} options
 */
export function readOptions(args, options) {
  return readArguments(args, options, 0).values;
}

/**
 * The same with up to so many positionals.
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} T
 * @param {string[]} args
 * @param {T} options
 * @param {number} positionalsMax
 */
export function readArguments(args, options, positionalsMax) {
  refuseUnknown(args, Object.keys(options));
  const { values, positionals } = parse(args, options);
  if (positionals.length > positionalsMax) {
    throw new UsageError(`"${positionals[positionalsMax]}" is one argument too many`);
  }
  return { values, positionals };
}

/**
 * A whole number that an option holds. Throws UsageError.
 * @param {string} name
 * @param {string | undefined} text
 * @param {[min: number, max: number]} range
 * @returns {number | undefined}
 */
export function wholeNumber(name, text, [min, max]) {
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`${name} is a whole number from ${min} to ${max}`);
}

/** @param {string[]} args @param {string[]} names */
function refuseUnknown(args, names) {
  for (const arg of args) {
    if (arg === '--') return;
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name === undefined || names.includes(name)) continue;
    const guess = nearest(name, names);
    throw new UsageError(
      `there is no option --${name}${guess === null ? '' : `; did you mean --${guess}?`}`,
    );
  }
}

/**
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} T
 * @param {string[]} args
 * @param {T} options
 */
function parse(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
