// A deployed function, asked over HTTP.
import { EnvironmentReader } from '../../../functions/app/environment.js';
import { exchange } from '../../../functions/app/exchange.js';
import { UsageError } from '../usage-error.js';
import { unreachable } from './answers.js';

const BYTES_MAX = 64 << 20;

/**
 * Sends nothing yet. Throws UsageError for an address or a token that cannot be used.
 * @param {string} address of --url or SYNC_URL; what stands before /api/sync
 * @param {Record<string, string | undefined>} environment
 * @param {number} timeoutMs of one answer
 * @returns {import('./index.js').Transport}
 */
export function createRemote(address, environment, timeoutMs) {
  const reader = new EnvironmentReader({ ...environment, SYNC_URL: address });
  const base = reader.base('SYNC_URL')?.replace(/\/api\/sync(\/.*)?$/, '');
  const api = reader.token('SYNC_API_TOKEN');
  const read = reader.token('SYNC_READ_TOKEN');
  if (reader.problems.length > 0) throw new UsageError(reader.problems.join('\n'));
  if (base === undefined) throw new UsageError('--url is empty');
  if ((api ?? read) === undefined) {
    throw new UsageError('SYNC_API_TOKEN (or, for reading, SYNC_READ_TOKEN) is not set');
  }
  return {
    where: base,
    isLocal: false,
    send: async ({ method, path, headers, body, signal }) => {
      const token = method === 'GET' ? (api ?? read) : api;
      if (token === undefined)
        throw new UsageError('SYNC_API_TOKEN is not set: only reading works');
      const answer = await exchange({
        url: base + path,
        method,
        headers: { ...headers, authorization: `Bearer ${token}` },
        body,
        timeoutMs,
        bytesMax: BYTES_MAX,
        signal,
      });
      if (!answer.ok) throw unreachable(answer, base);
      const text = new TextDecoder().decode(answer.body);
      return { status: answer.status, headers: answer.headers, text };
    },
    rest: () => null,
    keepWorking: () => {},
    end: async () => {},
  };
}
