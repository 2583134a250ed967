// Hands a task to another invocation: through the queue of SYNC_QUEUE_URL, else by invoking the
// function asynchronously. The SDK is the runtime's own, loaded when it is first needed.
import { TASK_FIELD } from './tasks.js';

/** So long a lost answer of AWS may hold up the caller's; the SDK tries three times. */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };

/**
 * @param {import('../../app/environment.js').Environment} environment
 * @returns {import('../../app/work.js').Dispatch}
 */
export function createDispatch(environment) {
  const queueUrl = environment.SYNC_QUEUE_URL?.trim();
  return queueUrl ? queueDispatch(queueUrl) : selfDispatch(environment);
}

/** @param {string} QueueUrl @returns {import('../../app/work.js').Dispatch} */
function queueDispatch(QueueUrl) {
  return async (task) => {
    const { SQSClient, SendMessageCommand } = await import('@aws-sdk/client-sqs');
    const client = new SQSClient({ requestHandler: TIMEOUTS });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(task) }));
  };
}

/**
 * @param {import('../../app/environment.js').Environment} environment
 * @returns {import('../../app/work.js').Dispatch}
 */
function selfDispatch(environment) {
  return async (task) => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const client = new LambdaClient({ requestHandler: TIMEOUTS });
    const FunctionName = environment.AWS_LAMBDA_FUNCTION_NAME;
    const Qualifier = environment.AWS_LAMBDA_FUNCTION_VERSION; // a chain keeps to one version
    const Payload = JSON.stringify({ [TASK_FIELD]: task });
    const invoke = { FunctionName, Qualifier, InvocationType: /** @type {const} */ ('Event') };
    await client.send(new InvokeCommand({ ...invoke, Payload }));
  };
}
