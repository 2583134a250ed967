// Shared by the tests of the Sheets emulator: signing in as the service account, and asking.
import { createSign } from 'node:crypto';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const READONLY = 'https://www.googleapis.com/auth/spreadsheets.readonly';

/** @typedef {import('../../infra/local/sheets/index.js').Sheets} Sheets */

/**
 * @param {Sheets} sheets
 * @param {Record<string, unknown>} [claims] instead of the right ones
 * @param {{ header?: object, privateKey?: string }} [other]
 */
export function assertionFor(sheets, claims = {}, { header = {}, privateKey } = {}) {
  const { serviceAccount } = sheets;
  const iat = Math.floor(Date.now() / 1000);
  const right = {
    iss: serviceAccount.client_email,
    scope: READONLY,
    aud: sheets.tokenUri,
    iat,
    exp: iat + 3600,
  };
  const head = { alg: 'RS256', typ: 'JWT', kid: serviceAccount.private_key_id, ...header };
  const signed = [head, { ...right, ...claims }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signer = createSign('RSA-SHA256').update(signed);
  return `${signed}.${signer.sign(privateKey ?? serviceAccount.private_key, 'base64url')}`;
}

/**
 * @param {Sheets} sheets
 * @param {string} assertion
 * @param {string} [grant]
 */
export async function askForToken(sheets, assertion, grant = GRANT) {
  const body = new URLSearchParams({ grant_type: grant, assertion });
  const response = await fetch(sheets.tokenUri, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

/** @param {Sheets} sheets @param {string} [scope] @returns {Promise<string>} */
export async function signIn(sheets, scope = READONLY) {
  return (await askForToken(sheets, assertionFor(sheets, { scope }))).body.access_token;
}

/**
 * @param {Sheets} sheets
 * @param {string} token
 * @param {string} path below /v4/spreadsheets/
 * @param {Record<string, string>} [headers]
 */
export async function ask(sheets, token, path, headers = {}) {
  const response = await fetch(`${sheets.url}/v4/spreadsheets/${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, body: parse(text) };
}

/** @param {string} text @returns {any} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a test looks at `text` then
  }
}

/** @param {string[]} ranges @param {Record<string, string>} [options] */
export function batchQuery(ranges, options = {}) {
  const query = new URLSearchParams(options);
  for (const range of ranges) query.append('ranges', range);
  return `values:batchGet?${query}`;
}
