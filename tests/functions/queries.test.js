// What stands behind the `?`: what is a value, and how a flaw is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseErrorsQuery, parseHistoryQuery } from '../../functions/app/queries.js';
import { ProblemError } from '../../functions/app/problem.js';

/**
 * @param {(query: URLSearchParams) => unknown} parse
 * @param {string} text
 */
function flawsOf(parse, text) {
  try {
    parse(new URLSearchParams(text));
    return [];
  } catch (error) {
    assert.ok(error instanceof ProblemError && error.problem.status === 400);
    return error.problem.errors ?? [];
  }
}

test('a time that does not exist is refused here, not by the database', () => {
  const times = ['2026-02-30T10:00:00', '2026-04-31T10:00:00', '0000-01-01T00:00:00'];
  for (const time of [...times, '2026-01-01T24:00:00', '2026-13-01T00:00:00']) {
    assert.deepEqual(flawsOf(parseHistoryQuery, `before=${time}.000000Z`), [
      { parameter: 'before', detail: 'must be the nextBefore of an answer' },
    ]);
  }
  for (const time of ['2028-02-29T23:59:59.999999Z', '0001-01-01T00:00:00.000000Z']) {
    assert.deepEqual(flawsOf(parseHistoryQuery, `before=${time}`), []);
  }
});

test('numbers are whole and within their limits, each parameter is known and stands once', () => {
  for (const limit of ['0', '-1', '1e3', '1.0', 'NaN', '0x10', '', ' 5', '201', '9'.repeat(30)]) {
    const [flaw] = flawsOf(parseHistoryQuery, `limit=${encodeURIComponent(limit)}`);
    assert.equal(flaw?.detail, 'must be a whole number from 1 to 200', limit);
  }
  assert.equal(flawsOf(parseHistoryQuery, 'limit=1&limit=2').length, 1);
  assert.equal(flawsOf(parseErrorsQuery, 'x=1&__proto__=2&constructor=3').length, 3);
  assert.equal(flawsOf(parseErrorsQuery, 'after=9007199254740992').length, 1);
});

test('a text that is searched for is taken as it is, or refused', () => {
  const odd = { search: '%_\\\'"*', state: 'ignored' };
  const query = parseErrorsQuery(new URLSearchParams(odd));
  assert.deepEqual(query, { limit: 100, ...odd });
  for (const text of ['', '\u0000', 'a\nb', '\u009f', '字'.repeat(201)]) {
    assert.equal(flawsOf(parseErrorsQuery, `search=${encodeURIComponent(text)}`).length, 1);
  }
  assert.deepEqual(flawsOf(parseErrorsQuery, `search=${encodeURIComponent('字'.repeat(200))}`), []);
});
