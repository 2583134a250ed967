// workerd, as miniflare starts it: dist/cloudflare with what its wrangler.toml says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';

/** @typedef {import('node:stream').Readable} Readable */
/** @typedef {{ scheduled: (event: { cron: string }) => Promise<{ outcome: string }> }} Scheduled */

/**
 * @param {object} [options]
 * @param {boolean} [options.withQueue] binds SYNC_QUEUE, and consumes it
 * @param {Record<string, string | number>} [options.variables] besides the deployment's
 * @param {Record<string, string>} [options.variables] as [vars] of wrangler.toml
 * @returns {import('../driver.js').Driver}
 */
export function createWorkerd({ withQueue = false, variables = {} } = {}) {
  return {
    name: 'Cloudflare Workers (workerd)',
    platform: 'cloudflare',
    async start({ folder, environment }) {
      const wrangler = readFileSync(join(folder, 'wrangler.toml'), 'utf8');
      let log = '';
      const worker = new Miniflare({
        modulesRoot: folder,
        modules: [
          { type: 'ESModule', path: join(folder, valueOf(wrangler, 'main')) },
          { type: 'CompiledWasm', path: join(folder, 'core.wasm') },
        ],
        compatibilityDate: valueOf(wrangler, 'compatibility_date'),
        bindings: { ...environment, ...variables },
        ...(withQueue ? queueOf(wrangler) : {}),
        handleRuntimeStdio: (/** @type {Readable[]} */ ...streams) => {
          for (const stream of streams) stream.on('data', (chunk) => void (log += chunk));
        },
      });
      /** @type {Promise<void> | undefined} */
      let stopped;
      const stop = () => (stopped ??= worker.dispose()); // by SIGKILL
      return {
        url: (await worker.ready).origin,
        log: () => log,
        async tick() {
          const events = /** @type {Scheduled} */ (
            /** @type {unknown} */ (await worker.getWorker())
          );
          const { outcome } = await events.scheduled({ cron: valueOf(wrangler, 'crons') });
          if (outcome !== 'ok') throw new Error(`the cron trigger's outcome: ${outcome}\n${log}`);
        },
        kill: stop,
        stop,
      };
    },
  };
}

/**
 * The first text behind a name.
 * @param {string} toml
 * @param {string} name
 */
function valueOf(toml, name) {
  const value = new RegExp(`^(?:# )?${name} = \\[?"([^"]*)"`, 'm').exec(toml)?.[1];
  if (value === undefined) throw new Error(`wrangler.toml has no ${name}`);
  return value;
}

/**
 * The queue that is there as an example.
 * @param {string} toml
 */
function queueOf(toml) {
  const [queue, binding] = [valueOf(toml, 'queue'), valueOf(toml, 'binding')];
  const [size, retries] = ['max_batch_size', 'max_retries'].map((name) =>
    Number(new RegExp(`^# ${name} = (\\d+)$`, 'm').exec(toml)?.[1]),
  );
  return {
    queueProducers: { [binding]: { queueName: queue } },
    queueConsumers: { [queue]: { maxBatchSize: size, maxRetries: retries, maxBatchTimeout: 0 } },
  };
}
