// Vercel: a web handler; work goes on after its answer until the function's deadline.
import { getDeadline, waitUntil } from '@vercel/functions';
import { boot } from '../app/boot.js';

/** For the last request under way, the end of a run and the answer. */
const MARGIN_MS = 10_000;

/**
 * @param {import('../app/boot.js').Bundled} options
 * @returns {{ fetch: (request: Request) => Promise<Response> }}
 */
export function createFunction(options) {
  const app = boot({
    ...options,
    platform: 'vercel',
    budgets: () => untilDeadline(getDeadline()),
    waitUntil: (work) => waitUntil(work),
  });
  return { fetch: (request) => app.fetch(asAsked(request)) };
}

/** @param {Request} request with what the rewrite of vercel.json has appended to its query */
function asAsked(request) {
  const url = new URL(request.url);
  if (!url.searchParams.has('path')) return request;
  url.searchParams.delete('path');
  return new Request(url, request);
}

/** @param {Date | undefined} deadline unknown: the preset holds */
function untilDeadline(deadline) {
  if (deadline === undefined) return {};
  return { wall_ms: Math.max(1, deadline.getTime() - Date.now() - MARGIN_MS) };
}
