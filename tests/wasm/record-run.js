// Records one real invocation on the embedded services: scheduled, in small batches, with some
// requests lost on the way, so that the recording holds repetitions too.
// Usage: node tests/wasm/record-run.js FILE   renews a checked-in recording
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createGoogleCredentials } from '../../functions/app/credentials.js';
import { runInvocation } from '../../functions/app/driver.js';
import { createTargets } from '../../functions/app/targets.js';
import { loadCore } from '../../wasm/js/load-node.js';
import { startTestStack } from '../e2e/support.js';
import { createRecordingCore, encodeRecording } from './recording.js';

/** Every so many requests to the database or the sheet one is lost, before or after its target. */
const LOST_EVERY = 4;

/**
 * @param {typeof globalThis.fetch} inner
 * @returns {typeof globalThis.fetch}
 */
function createLossyFetch(inner) {
  let count = 0;
  return async (input, init) => {
    count += 1;
    if (count % LOST_EVERY !== 0) return inner(input, init);
    if (count % (2 * LOST_EVERY) === 0) await (await inner(input, init)).arrayBuffer();
    throw new TypeError('lost on the way');
  };
}

/**
 * @param {{ rows: number, batchSize: number }} options
 */
export async function recordRun({ rows, batchSize }) {
  const stack = await startTestStack({ rows, seed: 11 });
  try {
    const { configuration, mapping } = stack;
    const { core, steps } = createRecordingCore(loadCore());
    const google = createGoogleCredentials(configuration.google.serviceAccount, {});
    const targets = createTargets(configuration, google);
    const finish = await runInvocation(
      { core, targets, log: () => {}, fetch: createLossyFetch(globalThis.fetch) },
      {
        job: 'sync',
        trigger: 'scheduled',
        spreadsheet_id: configuration.spreadsheetId,
        options: { ...configuration.options, batch_size: batchSize },
        budgets: {},
      },
      mapping,
    );
    return { finish, steps };
  } finally {
    await stack.stop();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { finish, steps } = await recordRun({ rows: 12, batchSize: 5 });
  if (finish.outcome !== 'completed') throw new Error(`the run ended ${finish.outcome}`);
  writeFileSync(process.argv[2], encodeRecording(steps));
}
