// The environment: is everything there, and are the tokens worth their name?
import { ConfigurationError, readConfiguration } from '../../../functions/app/configuration.js';
import { createTargetsOf } from '../../../functions/app/jobs.js';
import { failed, ok, warning } from './finding.js';

/** @typedef {import('./checks.js').Patient} Patient */
/** @typedef {import('./finding.js').Finding} Finding */

const TOKENS = ['SYNC_API_TOKEN', 'SYNC_READ_TOKEN', 'CRON_SECRET'];
const LENGTH_WANTED = 32;
/** Bits a token should have: below, whoever can ask fast enough may guess it. */
const BITS_WANTED = 96;
const WORDS =
  /password|secret|token|changeme|example|admin|listing|sync|cron|test|12345|qwerty|abcdef/gi;
const NEW_TOKEN = 'make a new one with `openssl rand -hex 32`, and put it into the scheduler too';

/** @param {Patient} patient @returns {Promise<Finding[]>} */
export async function checkConfiguration(patient) {
  try {
    patient.configuration = await readConfiguration(patient.environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const remedy = 'set it as docs/CONFIGURATION.md says, where the function gets its variables';
    return error.problems.map((problem) => failed(problem, remedy));
  }
  patient.targets = createTargetsOf(patient.configuration, patient.fetch);
  return [ok('every variable is there and can be read')];
}

/** @param {Patient} patient @returns {Promise<Finding[]>} */
export async function checkTokens({ environment }) {
  const given = TOKENS.flatMap((name) => {
    const token = environment[name]?.trim();
    return token ? [{ name, token }] : [];
  });
  const findings = given.flatMap(({ name, token }) =>
    weaknesses(token).map((weakness) => warning(`${name} ${weakness}`, NEW_TOKEN)),
  );
  if (findings.length > 0) return findings;
  return [ok(`${given.map(({ name }) => name).join(', ')}: long and random enough`)];
}

/**
 * @param {string} token
 * @returns {string[]}
 */
function weaknesses(token) {
  if (token.length < LENGTH_WANTED) return [`has fewer than ${LENGTH_WANTED} characters`];
  if (bitsOf(token) < BITS_WANTED) return ['repeats few characters'];
  if (bitsOf(token.replace(WORDS, '')) < BITS_WANTED) return ['consists of words that are guessed'];
  return [];
}

/** Shannon's measure over its own characters: an upper bound. @param {string} token */
function bitsOf(token) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const character of token) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / token.length);
  return token.length * shares.reduce((bits, share) => bits - share * Math.log2(share), 0);
}
