// AWS Lambda: a zip, the same bytes each time, and the template that deploys it. The SDKs are the
// runtime's own.
import { zipSync } from 'fflate';

const SDKS = ['@aws-sdk/client-lambda', '@aws-sdk/client-sqs'];
/** Any day will do; zip knows no time before 1980. */
const MTIME = new Date(1980, 0, 1);

/** @param {import('./platforms.mjs').Kit} kit */
export async function bundle({ compileInParts, template, wasm }) {
  const entry = 'functions/bundles/lambda.js';
  const options = /** @type {const} */ ({ entry, core: 'file', runtime: 'node', external: SDKS });
  const code = await compileInParts(options, 'index.mjs');
  const content = { ...code, 'core.wasm': new Uint8Array(wasm) };
  const zip = zipSync(content, { mtime: MTIME, level: 9, os: 3, attrs: 0o644 << 16 });
  return { ...template(), 'function.zip': zip };
}
