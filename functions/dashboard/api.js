// The HTTP API as the page calls it: the token in a header and nowhere else, conditional requests,
// every failure an ApiError with a stable code.
import { heedDate } from './clock.js';

/** @typedef {ReturnType<typeof createApi>} Api */
/** @typedef {{ signal?: AbortSignal, conditional?: boolean }} GetOptions */
/**
 * @typedef {object} ErrorFacts
 * @property {number} status 0: no answer
 * @property {string} code `unreachable` without an answer, `unreadable` for one that is not ours
 * @property {string} [title] @property {string} [detail]
 * @property {{ pointer?: string, parameter?: string, detail: string }[]} [errors]
 * @property {number | null} [retryAfterS]
 * @property {any} [document] what was answered
 */

export class ApiError extends Error {
  /** @param {ErrorFacts} facts */
  constructor({ status, code, title, detail, errors = [], retryAfterS = null, document }) {
    super(title ?? code);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterS = retryAfterS;
    this.document = document;
  }
}

/** So many addresses are asked again and again at most; the status of an old run is not. */
const KNOWN_MAX = 20;

/**
 * Whether somebody who waited has gone, which is no failure.
 * @param {unknown} error
 */
export const isAbort = (error) => error instanceof DOMException && error.name === 'AbortError';

/**
 * @param {object} options
 * @param {string} options.base address of the function, with a slash at its end
 * @param {string} options.token
 * @param {string} options.source
 * @param {(error: ApiError) => void} [options.onRefused] told of every 401 and 403
 */
export function createApi({ base, token, source, onRefused = () => {} }) {
  const root = `${base}api/sync/${encodeURIComponent(source)}`;
  /**
   * The last answer of each address that is asked again and again.
   * @type {Map<string, { etag: string, document: any }>}
   */
  const known = new Map();

  /**
   * @param {string} path
   * @param {RequestInit & { headers?: Record<string, string> }} init
   * @returns {Promise<Response>} a good one, or 304
   */
  async function send(path, { headers, ...init }) {
    const response = await reach(`${root}${path}`, {
      ...init,
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
    if (response.ok || response.status === 304) return response;
    const error = await errorOf(response);
    if (error.status === 401 || error.status === 403) onRefused(error);
    throw error;
  }

  /**
   * @param {string} path
   * @param {{ etag: string, document: any }} answer
   */
  function keep(path, answer) {
    known.delete(path); // what was asked for last stands last
    known.set(path, answer);
    if (known.size > KNOWN_MAX) known.delete(String(known.keys().next().value));
    return answer.document;
  }

  return {
    source,

    /**
     * @param {string} path below the source: `/health`
     * @param {GetOptions} [options] `conditional`: an answer that has not changed is the same
     *   object
     * @returns {Promise<any>}
     */
    async get(path, { signal, conditional = false } = {}) {
      const last = conditional ? known.get(path) : undefined;
      /** @type {Record<string, string>} */
      const headers = last ? { 'if-none-match': last.etag } : {};
      const response = await send(path, { signal, headers });
      if (response.status === 304 && last) return keep(path, last);
      const document = await readJson(response);
      const etag = response.headers.get('etag');
      return conditional && etag !== null ? keep(path, { etag, document }) : document;
    },

    /**
     * @param {string} path
     * @param {object} body
     * @param {{ signal?: AbortSignal }} [options]
     * @returns {Promise<any>}
     */
    async post(path, body, { signal } = {}) {
      const headers = { 'content-type': 'application/json' };
      const text = JSON.stringify(body);
      return readJson(await send(path, { method: 'POST', headers, body: text, signal }));
    },

    /**
     * The live events of a run, as they come. Throws ApiError `no_stream` where there are none.
     * @param {string} syncId
     * @param {{ lastEventId: string | null, signal: AbortSignal }} options
     * @returns {Promise<ReadableStream<Uint8Array>>}
     */
    async events(syncId, { lastEventId, signal }) {
      /** @type {Record<string, string>} */
      const headers = { accept: 'text/event-stream' };
      if (lastEventId !== null) headers['last-event-id'] = lastEventId;
      const response = await send(`/status/${syncId}/events`, { headers, signal });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
      if (isStream && response.body !== null) return response.body;
      throw new ApiError({ status: response.status, code: 'no_stream' });
    },
  };
}

/**
 * The sources of a deployment: also how an address and a token are tried.
 * @param {{ base: string, token: string }} session
 * @returns {Promise<string[]>} at least one
 */
export async function readSources({ base, token }) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await reach(`${base}api/sync/sources`, { headers });
  if (!response.ok) throw await errorOf(response);
  const { sources } = await readJson(response);
  if (Array.isArray(sources) && sources.length > 0) return sources.map(String);
  throw new ApiError({ status: response.status, code: 'unreadable' });
}

/**
 * @param {string} url
 * @param {RequestInit} init
 */
async function reach(url, init) {
  const safe = /** @type {const} */ ({ credentials: 'omit', redirect: 'error', cache: 'no-store' });
  try {
    const response = await fetch(url, { ...init, ...safe });
    heedDate(response.headers);
    return response;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError({ status: 0, code: 'unreachable' });
  }
}

/** @param {Response} response @returns {Promise<any>} */
async function readJson(response) {
  try {
    return await response.json();
  } catch (error) {
    if (isAbort(error)) throw error;
    // Half an answer is as good as none; a whole one in another language comes from somebody else.
    const code = error instanceof SyntaxError ? 'unreadable' : 'unreachable';
    throw new ApiError({ status: response.status, code });
  }
}

/** @param {Response} response */
async function errorOf(response) {
  const { status, headers } = response;
  const retryAfterS = Number(headers.get('retry-after')) || null;
  const document = await readJson(response).catch((error) => {
    if (error instanceof ApiError) return {};
    throw error;
  });
  const { code = `http_${status}`, title, detail, errors } = document;
  return new ApiError({ status, code, title, detail, errors, retryAfterS, document });
}
