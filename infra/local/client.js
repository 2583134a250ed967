// The HTTP function as its users call it: trigger a run, follow it to its end.

/**
 * @typedef {object} Api
 * @property {(body?: object) => Promise<any>} trigger POST …/manual; the 202 document
 * @property {() => Promise<number>} tick POST …/scheduled; the HTTP status
 * @property {(syncId: string) => Promise<any>} status
 * @property {() => Promise<any>} health
 * @property {(syncId: string, onStatus?: (status: any) => void) => Promise<any>} follow asks until
 *   the run has ended; its status document
 */

const PATH = '/api/sync/property-listings';
const POLL_MS = 150;
const OPEN = ['queued', 'in_progress'];

/**
 * Its functions throw Error with the problem's code and detail for any answer but a good one.
 * @param {{ url: string, token: string }} server
 * @returns {Api}
 */
export function createApi({ url, token }) {
  /** @param {string} path @param {RequestInit} [init] */
  const call = async (path, init) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}${PATH}${path}`, { ...init, headers });
    const document = await response.json();
    if (response.ok || response.status === 503) return document;
    throw new Error(`${document.code}: ${document.detail ?? document.title}`);
  };
  /** @type {Api} */
  const api = {
    trigger: (body = {}) => call('/manual', { method: 'POST', body: JSON.stringify(body) }),
    tick: async () => (await call('/scheduled', { method: 'POST' })).status,
    status: (syncId) => call(`/status/${syncId}`),
    health: () => call('/health'),
    follow: async (syncId, onStatus = () => {}) => {
      for (;;) {
        const status = await api.status(syncId);
        onStatus(status);
        if (status.status && !OPEN.includes(status.status)) return status;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  };
  return api;
}
