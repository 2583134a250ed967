// The monitor outside: what counts as told, and what is logged where it was not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeartbeat } from '../../functions/app/heartbeat.js';
import { serve } from './support.js';

/** @typedef {import('../../functions/app/log.js').LogLine} LogLine */
/** @typedef {import('../../wasm/js/protocol.js').FinishEffect} FinishEffect */

const COMPLETED = /** @type {FinishEffect} */ (
  /** @type {unknown} */ ({
    outcome: 'completed',
    document: { kind: 'full', dry_run: false, sync_id: 'the-run' },
  })
);

for (const [status, told] of /** @type {const} */ ([
  [200, true],
  [204, true],
  [301, false],
  [308, false],
  [404, false],
  [500, false],
])) {
  test(`a monitor that answers ${status} was ${told ? '' : 'not '}told`, async (t) => {
    const monitor = await serve(t, (_, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    /** @type {LogLine[]} */
    const lines = [];
    const log = (/** @type {LogLine} */ line) => void lines.push(line);
    await createHeartbeat({ url: monitor.url, source: 'listings', log })(COMPLETED);
    const expected = told ? [] : [{ source: 'listings', why: `http_${status}` }];
    assert.deepEqual(
      lines.map(({ fields }) => fields),
      expected,
    );
  });
}
