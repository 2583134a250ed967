// What the tests of the OpenAPI document share: the document, its schemas compiled, and a look at
// an answer that holds it to what is described.
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openapiDocument } from '../../functions/app/openapi/document.js';
import { VERSION } from '../../functions/app/version.js';
import { SYNC_ID } from './security-support.js';

export const API_TOKEN = 'api-token-of-this-test';
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
export const JSON_TYPE = { 'content-type': 'application/json' };

export const specification = /** @type {any} */ (openapiDocument({ version: VERSION }));

/**
 * @typedef {object} Operation
 * @property {string} id
 * @property {string} path as in the document
 * @property {string} method
 * @property {Record<string, any>} responses
 * @property {Record<string, never[]>[]} security
 * @property {any} requestBody
 */

/** @type {[string, Record<string, any>][]} */
const items = Object.entries(specification.paths);
/** @type {Operation[]} */
export const operations = items.flatMap(([path, { parameters: _shared, ...item }]) =>
  Object.entries(/** @type {Record<string, any>} */ (item)).map(([method, operation]) => ({
    ...operation,
    id: operation.operationId,
    path,
    method: method.toUpperCase(),
  })),
);

/** @param {string} path of the document */
export const pathFor = (path) =>
  path.replace('{source}', 'property-listings').replace('{syncId}', SYNC_ID);

export const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
  formats: {
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  },
});
ajv.addVocabulary(Object.keys(specification));
ajv.addSchema(specification, 'openapi');

/** @param {string[]} pointer into the document */
export const schemaAt = (...pointer) => {
  const path = pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
  const validate = ajv.getSchema(`openapi#/${encodeURI(path)}`);
  assert.ok(validate, path);
  return validate;
};

/** `<operation> <status>` that was produced and held to the document. @type {Set<string>} */
export const produced = new Set();

/**
 * @param {string} id
 * @param {Response} response
 * @param {number} status
 * @param {string} [code] of a problem
 * @returns {Promise<any>} the body
 */
export async function assertDescribed(id, response, status, code) {
  const operation = operations.find((one) => one.id === id);
  assert.ok(operation, id);
  const what = `${id} ${response.status}`;
  const text = await response.text();
  const body = isJson(response) ? JSON.parse(text) : text;
  assert.equal(response.status, status, `${what}: ${JSON.stringify(body)}`);
  const described = operation.responses[status];
  assert.ok(described, `${what} is not in the document`);
  const type = response.headers.get('content-type') ?? '';
  produced.add(`${id} ${status}`);
  if (status === 304) return void assert.equal(text, '');
  assert.ok(described.content[type], `${what} as ${type} is not in the document`);
  const place = ['paths', operation.path, operation.method.toLowerCase(), 'responses'];
  const validate = schemaAt(...place, String(status), 'content', type, 'schema');
  const isValid = validate(body);
  assert.ok(isValid, `${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
  for (const [name, header] of Object.entries(described.headers ?? {})) {
    assert.ok(!header.required || response.headers.has(name), `${what} has no ${name}`);
  }
  if (code !== undefined) assert.equal(/** @type {any} */ (body).code, code);
  return body;
}

/** What is the same from the start on: nothing can break inside. */
export const MADE_AT_START = ['readOpenApi', 'listSources'];

/** @type {Record<string, string>} a body that is taken, by the end of its schema's name */
const BODIES = { Task: '{"link":1}', Ids: '{"ids":[1]}', RunRequest: '{}' };

/** @param {Operation} operation @returns {RequestInit} */
export function initOf({ method, requestBody }) {
  const name = requestBody?.content['application/json'].schema.$ref.split('/').pop();
  return name === undefined ? { method } : { method, headers: JSON_TYPE, body: BODIES[name] };
}

/** @param {Response} response */
const isJson = ({ headers }) => /[/+]json$/.test(headers.get('content-type') ?? '');

/**
 * @param {import('../../functions/app/app.js').App} app
 */
export const callerOf =
  (app) =>
  /**
   * @param {string} path
   * @param {RequestInit & { token?: string | null }} [options]
   */
  (path, { token = API_TOKEN, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    return app.fetch(new Request(`https://function.example${path}`, { ...init, headers }));
  };
