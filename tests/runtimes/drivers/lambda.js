// AWS Lambda: the content of the built zip, invoked as Lambda invokes it.
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { startAws } from './lambda/aws.js';
import { startFunctionUrl } from './lambda/function-url.js';
import { createService } from './lambda/service.js';

/** The runtime has the SDK in its own modules; here they are the project's. */
const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** What a deployed function is told of itself. */
const ITSELF = {
  AWS_LAMBDA_FUNCTION_NAME: 'listing-sync',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
};

/** @type {import('../driver.js').Driver} */
export const lambda = { name: 'AWS Lambda', platform: 'lambda', start: startLambda };

/**
 * A deployed function with its URL; invocations it asks for are really made.
 * @param {import('../driver.js').Deployment & { withQueue?: boolean, timeoutMs?: number }} options
 *   `withQueue`: work is handed out through SQS
 */
export async function startLambda({ folder, environment, withQueue = false, timeoutMs }) {
  const task = await unzip(join(folder, 'function.zip'));
  /** @type {unknown[]} */
  const handedOut = [];
  const aws = await startAws({
    onInvoke: (payload) => take(payload),
    onMessage: (body) => take({ Records: [sqsRecord(body)] }),
  });
  const service = createService({
    handler: join(task, 'index.mjs'),
    environment: {
      ...environment,
      ...aws.environment,
      ...ITSELF,
      ...(withQueue ? { SYNC_QUEUE_URL: aws.queueUrl } : {}),
    },
    timeoutMs,
  });
  /** @param {unknown} event */
  function take(event) {
    handedOut.push(event);
    service.invokeLater(event);
  }
  const front = await startFunctionUrl(service.invoke);
  return {
    ...service,
    url: front.url,
    handedOut,
    /** EventBridge's schedule; its report, when all it led to is done. */
    async tick() {
      const report = await service.invoke({
        version: '0',
        id: crypto.randomUUID(),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        detail: {},
      });
      await service.idle();
      return report;
    },
    async stop() {
      await service.kill();
      await Promise.all([front.stop(), aws.stop()]);
      await rm(dirname(task), { recursive: true, force: true });
    },
  };
}

/**
 * @param {string} zip
 * @returns {Promise<string>} the folder it was unpacked into
 */
async function unzip(zip) {
  const place = await mkdtemp(join(tmpdir(), 'listing-sync-lambda-'));
  const task = join(place, 'task');
  await mkdir(task);
  await symlink(MODULES, join(place, 'node_modules'));
  for (const [name, content] of Object.entries(unzipSync(await readFile(zip)))) {
    await writeFile(join(task, name), content);
  }
  return task;
}

/** @param {string} body */
function sqsRecord(body) {
  const messageId = crypto.randomUUID();
  const eventSourceARN = 'arn:aws:sqs:ap-northeast-1:123456789012:tasks';
  return { messageId, receiptHandle: messageId, body, eventSource: 'aws:sqs', eventSourceARN };
}
