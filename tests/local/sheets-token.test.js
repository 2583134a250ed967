// Signing in: which assertions get a token, and what a token is good for.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startSheets } from '../../infra/local/sheets/index.js';
import { READONLY, ask, askForToken, assertionFor, signIn } from './sheets-support.js';

/** @type {import('./sheets-support.js').Sheets} */
let sheets;
let clock = Date.now();

before(async () => {
  const tabs = [{ title: 't', rows: [['x']] }];
  sheets = await startSheets({ spreadsheets: { s: { tabs } }, now: () => clock });
});
after(() => sheets.stop());

const nowS = () => Math.floor(Date.now() / 1000);

test('an assertion signed with the account’s key gets a token that reads', async () => {
  const { status, body } = await askForToken(sheets, assertionFor(sheets));
  assert.equal(status, 200);
  assert.deepEqual([body.expires_in, body.token_type], [3599, 'Bearer']);
  const { body: read } = await ask(sheets, body.access_token, 's/values/t');
  assert.deepEqual(read.values, [['x']]);
});

test('Google’s own audience is accepted: its client library always sends that', async () => {
  const aud = 'https://oauth2.googleapis.com/token';
  assert.equal((await askForToken(sheets, assertionFor(sheets, { aud }))).status, 200);
});

test('the key file is complete and its token_uri is the emulator', () => {
  const { serviceAccount } = sheets;
  assert.equal(serviceAccount.type, 'service_account');
  assert.equal(serviceAccount.token_uri, `${sheets.url}/token`);
  assert.match(serviceAccount.private_key, /^-----BEGIN PRIVATE KEY-----\n/);
});

const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherPem = String(otherKey.privateKey.export({ type: 'pkcs8', format: 'pem' }));

/**
 * @type {[string, Record<string, unknown>, Parameters<typeof assertionFor>[2], string, RegExp][]}
 */
const REFUSED = [
  ['another key', {}, { privateKey: otherPem }, 'invalid_grant', /^Invalid JWT Signature\.$/],
  ['an unknown key id', {}, { header: { kid: 'x' } }, 'invalid_grant', /^Invalid JWT Signature\.$/],
  ['another algorithm', {}, { header: { alg: 'HS256' } }, 'invalid_grant', /Signature/],
  ['an unknown issuer', { iss: 'x@y.z' }, {}, 'invalid_grant', /account not found/],
  ['another audience', { aud: 'https://example.com' }, {}, 'invalid_grant', /audience/],
  [
    'a lifetime over an hour',
    { exp: nowS() + 3700, iat: nowS() },
    {},
    'invalid_grant',
    /iat and exp/,
  ],
  [
    'an expired assertion',
    { iat: nowS() - 7200, exp: nowS() - 3600 },
    {},
    'invalid_grant',
    /iat and exp/,
  ],
  [
    'a clock an hour ahead',
    { iat: nowS() + 3600, exp: nowS() + 7200 },
    {},
    'invalid_grant',
    /iat and exp/,
  ],
  ['no times', { iat: undefined, exp: undefined }, {}, 'invalid_grant', /iat and exp/],
  ['no scope', { scope: '' }, {}, 'invalid_scope', /Empty or missing scope/],
  ['a scope that is none', { scope: 'sheets' }, {}, 'invalid_scope', /Invalid OAuth scope/],
];

for (const [what, claims, other, error, description] of REFUSED) {
  test(`${what} is refused as ${error}`, async () => {
    const { status, body } = await askForToken(sheets, assertionFor(sheets, claims, other));
    assert.equal(status, 400);
    assert.equal(body.error, error);
    assert.match(body.error_description, description);
  });
}

test('another grant, and what is no JWT at all, are refused', async () => {
  const grant = await askForToken(sheets, assertionFor(sheets), 'password');
  assert.deepEqual([grant.status, grant.body.error], [400, 'unsupported_grant_type']);
  for (const assertion of ['', 'x', 'a.b', 'a.b.c', 'e30.bnVsbA.x']) {
    const { status, body } = await askForToken(sheets, assertion);
    assert.deepEqual([status, body.error], [400, 'invalid_grant'], assertion);
  }
});

test('no token, a wrong one, an expired one and a revoked one do not read', async () => {
  const none = await fetch(`${sheets.url}/v4/spreadsheets/s`);
  assert.equal(none.status, 403);
  const wrong = await ask(sheets, 'ya29.wrong', 's');
  assert.equal(wrong.status, 401);
  assert.equal(wrong.body.error.status, 'UNAUTHENTICATED');
  assert.match(String(wrong.headers.get('www-authenticate')), /invalid_token/);

  const token = await signIn(sheets);
  clock += 3_600_000;
  const expired = await ask(sheets, token, 's');
  clock -= 3_600_000;
  assert.equal(expired.status, 401);
  assert.equal(expired.body.error.details[0].reason, 'ACCESS_TOKEN_EXPIRED');

  sheets.revokeTokens();
  assert.equal((await ask(sheets, token, 's')).status, 401);
  assert.equal((await ask(sheets, await signIn(sheets), 's')).status, 200);
});

test('a token for another scope is told that its scope is not enough', async () => {
  const token = await signIn(sheets, 'https://www.googleapis.com/auth/calendar');
  const { status, body } = await ask(sheets, token, 's');
  assert.equal(status, 403);
  assert.equal(body.error.details[0].reason, 'ACCESS_TOKEN_SCOPE_INSUFFICIENT');
  const both = await signIn(sheets, `https://www.googleapis.com/auth/calendar ${READONLY}`);
  assert.equal((await ask(sheets, both, 's')).status, 200);
});
