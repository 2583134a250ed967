// Service-account keys in every form they come in, and tokens from an endpoint that checks the
// assertion's signature.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';
import {
  CredentialsError,
  createGoogleCredentials,
  readServiceAccount,
} from '../../functions/app/credentials.js';
import { PRIVATE_KEY, PUBLIC_KEY, closedAddress, keyFile, serve, textOf } from './support.js';

const SECOND = 1000;

/**
 * A token endpoint as RFC 7523 wants it: verifies each assertion, hands out token-1, token-2, …
 * @param {import('node:test').TestContext} t
 * @param {object} [answer] in place of the usual one
 */
async function tokenEndpoint(t, answer = {}) {
  /** @type {{ header: any, claims: any, authentic: boolean, grant: string | null }[]} */
  const assertions = [];
  const { url } = await serve(t, async (request, response) => {
    const form = new URLSearchParams(await textOf(request));
    assertions.push({ ...decode(form.get('assertion') ?? ''), grant: form.get('grant_type') });
    const token = { access_token: `token-${assertions.length}`, expires_in: 3599 };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...token, token_type: 'Bearer', ...answer }));
  });
  return { url: `${url}/token`, assertions };
}

/** @param {string} assertion */
function decode(assertion) {
  const [header, claims, signature] = assertion.split('.');
  const parse = (/** @type {string} */ part) =>
    JSON.parse(Buffer.from(part, 'base64url').toString());
  const signed = Buffer.from(`${header}.${claims}`);
  const key = createPublicKey(PUBLIC_KEY);
  const authentic = verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'));
  return { header: parse(header), claims: parse(claims), authentic };
}

/**
 * @param {string} tokenUri
 * @param {{ now?: () => number }} [host]
 */
async function credentialsFor(tokenUri, host) {
  const text = JSON.stringify(keyFile({ token_uri: tokenUri }));
  return createGoogleCredentials(await readServiceAccount(text), host);
}

/**
 * @param {Promise<unknown>} promise
 * @returns {Promise<CredentialsError>}
 */
async function refusalOf(promise) {
  const error = await promise.then(
    () => null,
    (reason) => reason,
  );
  assert.ok(error instanceof CredentialsError, String(error));
  return error;
}

test('the assertion is signed and claims what Google asks for', async (t) => {
  const endpoint = await tokenEndpoint(t);
  const now = () => 1_800_000_000_999;
  assert.equal(await (await credentialsFor(endpoint.url, { now })).token(), 'token-1');
  assert.deepEqual(endpoint.assertions, [
    {
      header: { alg: 'RS256', typ: 'JWT', kid: 'key-1' },
      claims: {
        iss: 'sync@listings.iam.gserviceaccount.com',
        scope: 'https://www.googleapis.com/auth/spreadsheets.readonly',
        aud: endpoint.url,
        iat: 1_800_000_000,
        exp: 1_800_003_600,
      },
      authentic: true,
      grant: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    },
  ]);
});

test('a token is kept until shortly before its end', async (t) => {
  const endpoint = await tokenEndpoint(t);
  let now = 0;
  const credentials = await credentialsFor(endpoint.url, { now: () => now });
  assert.equal(await credentials.token(), 'token-1');
  now = (3599 - 121) * SECOND;
  assert.equal(await credentials.token(), 'token-1');
  now = (3599 - 120) * SECOND;
  assert.equal(await credentials.token(), 'token-2');
});

test('a short-lived token is used for half its life', async (t) => {
  const endpoint = await tokenEndpoint(t, { expires_in: 60 });
  let now = 0;
  const credentials = await credentialsFor(endpoint.url, { now: () => now });
  await credentials.token();
  now = 29 * SECOND;
  await credentials.token();
  assert.equal(endpoint.assertions.length, 1);
  now = 30 * SECOND;
  await credentials.token();
  assert.equal(endpoint.assertions.length, 2);
});

test('a refused token is renewed', async (t) => {
  const endpoint = await tokenEndpoint(t);
  const credentials = await credentialsFor(endpoint.url);
  assert.equal(await credentials.token(), 'token-1');
  assert.equal(await credentials.token({ renew: true }), 'token-2');
  assert.equal(await credentials.token(), 'token-2');
});

test('however many ask at once, one request is made', async (t) => {
  const endpoint = await tokenEndpoint(t);
  const credentials = await credentialsFor(endpoint.url);
  const tokens = await Promise.all([1, 2, 3].map(() => credentials.token()));
  assert.deepEqual(tokens, ['token-1', 'token-1', 'token-1']);
  assert.equal(endpoint.assertions.length, 1);
});

test('after a failure the next call asks again', async (t) => {
  let asked = 0;
  const { url } = await serve(t, (_request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(503).end();
    else response.end('{"access_token":"later","expires_in":3600}');
  });
  const credentials = await credentialsFor(url);
  await assert.rejects(credentials.token(), { code: 'token_unreachable', transient: true });
  assert.equal(await credentials.token(), 'later');
});

const PEM_BODY = PRIVATE_KEY.replace(/-----[A-Z ]+-----/g, '').trim();
const EC_KEY = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).privateKey;

test('the key is read in every form environment variables give it', async (t) => {
  const endpoint = await tokenEndpoint(t);
  const json = JSON.stringify(keyFile({ token_uri: endpoint.url }), null, 2);
  const forms = {
    'raw JSON': json,
    base64: Buffer.from(json).toString('base64'),
    'base64 in lines': (
      Buffer.from(json)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\n'),
    'base64url without padding': Buffer.from(json).toString('base64url'),
    'line breaks escaped twice': json.replaceAll('\\n', '\\\\n'),
    'line breaks escaped twice, with \\r': json.replaceAll('\\n', '\\\\r\\\\n'),
    'real line breaks': json.replaceAll('\\n', '\n'),
    'real line breaks of Windows': json.replaceAll('\\n', '\r\n'),
    'spaces around': `\n ${json}\n`,
  };
  for (const [name, text] of Object.entries(forms)) {
    const credentials = createGoogleCredentials(await readServiceAccount(text));
    assert.match(await credentials.token(), /^token-\d+$/, name);
  }
  assert.ok(endpoint.assertions.every(({ authentic }) => authentic));
});

test('a malformed key is refused with what is wrong, and never quoted', async () => {
  /** @type {[string, string | object, string, RegExp][]} */
  const cases = [
    ['text', 'leaked', 'not_json', /neither the JSON of a key file nor base64/],
    ['a list', '["leaked"]', 'not_json', /neither the JSON/],
    ['cut off', JSON.stringify(keyFile()).slice(0, 400), 'not_json', /neither the JSON/],
    ['base64 of something else', 'bGVha2Vk', 'not_json', /neither the JSON/],
    ['user credentials', keyFile({ type: 'authorized_user' }), 'incomplete', /"type" is not/],
    ['no key', keyFile({ private_key: undefined }), 'incomplete', /no "private_key"/],
    ['a blank key', keyFile({ private_key: '' }), 'incomplete', /no "private_key"/],
    ['no e-mail', keyFile({ client_email: undefined }), 'incomplete', /no "client_email"/],
    ['http', keyFile({ token_uri: 'http://leaked.example' }), 'incomplete', /"token_uri" is not/],
    ['no address', keyFile({ token_uri: 5 }), 'incomplete', /"token_uri" is not/],
  ];
  const pem = (/** @type {string} */ key, /** @type {RegExp} */ told) =>
    cases.push([key.slice(0, 40), keyFile({ private_key: key }), 'private_key_unreadable', told]);
  pem(PEM_BODY, /does not begin with -----BEGIN PRIVATE KEY-----/);
  pem(PRIVATE_KEY.replaceAll(' PRIVATE', ' RSA PRIVATE'), /is a RSA PRIVATE KEY/);
  pem(PRIVATE_KEY.replaceAll(' PRIVATE', ' ENCRYPTED PRIVATE'), /is a ENCRYPTED PRIVATE KEY/);
  pem(PRIVATE_KEY.slice(0, 500), /was cut off/);
  pem(PRIVATE_KEY.replace(/\n.{20}/, '\n*'), /is not base64/);
  pem(PRIVATE_KEY.replace(PEM_BODY, PEM_BODY.slice(0, 400)), /is not an RSA key in PKCS#8 form/);
  pem(EC_KEY, /is not an RSA key in PKCS#8 form/);
  for (const [name, given, code, told] of cases) {
    const text = typeof given === 'string' ? given : JSON.stringify(given);
    const error = await refusalOf(readServiceAccount(text));
    assert.equal(error.code, code, name);
    assert.match(error.message, told, name);
    assert.ok(!error.message.includes('leaked') && !error.message.includes(PEM_BODY.slice(0, 20)));
  }
});

/**
 * What is told when the endpoint answers like this.
 * @param {import('node:test').TestContext} t
 * @param {number} status
 * @param {string | ((assertion: string) => string)} body
 */
async function toldOn(t, status, body) {
  const { url } = await serve(t, async (request, response) => {
    const assertion = new URLSearchParams(await textOf(request)).get('assertion') ?? '';
    response.writeHead(status).end(typeof body === 'string' ? body : body(assertion));
  });
  return refusalOf((await credentialsFor(url)).token());
}

test('invalid_grant is explained', async (t) => {
  const error = await toldOn(t, 400, '{"error":"invalid_grant","error_description":"Bad."}');
  assert.equal(error.code, 'token_refused');
  assert.equal(error.transient, false);
  assert.match(error.message, /400 invalid_grant: Bad\..*revoked.*clock/);
});

test('an assertion that is quoted back stays out of the message', async (t) => {
  const error = await toldOn(t, 400, (assertion) =>
    JSON.stringify({ error: 'invalid_request', error_description: `what is ${assertion}?` }),
  );
  assert.match(error.message, /what is \[token\]\?/);
});

test('an endpoint that is busy, broken or away is worth another try', async (t) => {
  for (const status of [429, 500, 503]) {
    const error = await toldOn(t, status, '<html>');
    assert.deepEqual([error.code, error.transient], ['token_unreachable', true], String(status));
  }
  const error = await refusalOf((await credentialsFor(await closedAddress())).token());
  assert.equal(error.code, 'token_unreachable');
  assert.match(error.message, /ECONNREFUSED/);
});

test('a page of something in between is no refusal: it is worth another try', async (t) => {
  for (const [status, body] of /** @type {[number, string][]} */ ([
    [200, '<html>'],
    [200, '{"access_to'],
    [200, '{}'],
    [404, '<html>'],
    [400, '{}'],
  ])) {
    const error = await toldOn(t, status, body);
    assert.deepEqual([error.code, error.transient], ['token_answer_invalid', true], body);
  }
});

test('an answer without a usable token is not taken for one', async (t) => {
  const bodies = ['', 'null', '[]', '{"access_token":"a"}', '{"access_token":5,"expires_in":5}'];
  bodies.push('{"access_token":"a\\nb","expires_in":5}', '{"access_token":"a","expires_in":0}');
  for (const body of bodies) {
    assert.equal((await toldOn(t, 200, body)).code, 'token_answer_invalid', body);
  }
});

test('a redirect of the token endpoint is not followed', async (t) => {
  const endpoint = await tokenEndpoint(t);
  const { url } = await serve(t, (_request, response) => {
    response.writeHead(307, { location: endpoint.url }).end();
  });
  const error = await refusalOf((await credentialsFor(url)).token());
  assert.equal(error.code, 'token_answer_invalid');
  assert.deepEqual(endpoint.assertions, []);
});
