// One execution environment of Lambda: loads the handler once, then takes events one at a time.
// `node instance.js index.mjs`, events by IPC.
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(process.argv[2]).href);

/**
 * Results travel as JSON, as they do there.
 * @param {{ event: unknown, deadline: number }} invocation
 */
async function take({ event, deadline }) {
  const context = {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    const result = await handler(event, context);
    process.send?.({ result: JSON.stringify(result ?? null) });
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    process.send?.({ failure: `${name}: ${message}` });
  }
}

process.on('message', (message) => void take(/** @type {any} */ (message)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
