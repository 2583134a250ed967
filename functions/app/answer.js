// From what the core ended with to what a caller gets.
import { problemResponse, unanswered } from './problem.js';

/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */

/**
 * @param {FinishEffect} finish
 * @param {(body: any) => unknown} [change] for what only the host knows; not applied to problems
 * @returns {Response} the answer the core made, or a problem where it could not make one
 */
export function answer(finish, change = (body) => body) {
  const { http_status: status, content_type: type, headers, body } = finish.document;
  if (status === undefined || type === undefined) return problemResponse(unanswered(finish));
  const content = type === 'application/json' ? change(body) : body;
  return new Response(JSON.stringify(content), {
    status,
    headers: { ...headers, 'content-type': type },
  });
}

/** @param {FinishEffect} finish */
export const isAnswered = ({ document }) => document.http_status === 200;
