// The answer where a platform delivers what the web standard has no Request for: a forbidden
// method (TRACE), a header that cannot be one.
import { problemResponse } from '../app/problem.js';

/**
 * @param {() => Request} read
 * @param {(request: Request) => Promise<Response>} answer
 * @returns {Promise<Response>}
 */
export async function answerReadable(read, answer) {
  let request;
  try {
    request = read();
  } catch {
    const title = 'The request cannot be read';
    return problemResponse({ status: 400, code: 'unreadable_request', title });
  }
  return answer(request);
}
