// What Lambda hands over and takes back: the fields we use, as AWS documents them.

/**
 * Payload format 2.0 of function URLs and API Gateway's HTTP APIs.
 * @typedef {object} HttpEvent
 * @property {string} rawPath
 * @property {string} [rawQueryString]
 * @property {Record<string, string>} [headers] a repeated one is joined by commas
 * @property {string} [body]
 * @property {boolean} [isBase64Encoded]
 * @property {{ http: { method: string } }} requestContext
 */

/**
 * An HTTP request, messages of a queue, a task from ourselves, or a schedule's tick.
 * @typedef {(HttpEvent | { requestContext?: undefined })
 *   & { Records?: SqsRecord[], source?: string, 'listing-sync'?: unknown }} LambdaEvent
 */

/** @typedef {{ messageId: string, body: string }} SqsRecord */
/** @typedef {{ getRemainingTimeInMillis(): number }} LambdaContext */
/** @typedef {{ batchItemFailures: { itemIdentifier: string }[] }} BatchResponse */

/**
 * @typedef {{ statusCode: number, headers: Record<string, string>, body: string,
 *   isBase64Encoded: boolean }} HttpResult
 */

export {};
