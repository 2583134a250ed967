// Signatures after Standard Webhooks (github.com/standard-webhooks/standard-webhooks): the receiver
// can tell our messages from others, and old ones from new ones.

const PREFIX = 'whsec_';
const SECRET_BYTES_MIN = 16;

/**
 * The key in SYNC_ALERT_WEBHOOK_SECRET: base64 behind `whsec_`, else the text's own bytes.
 * @param {string} secret
 * @returns {Uint8Array<ArrayBuffer> | null} null where it is no base64, or too short to be a secret
 */
export function signingKey(secret) {
  const key = secret.startsWith(PREFIX)
    ? fromBase64(secret.slice(PREFIX.length))
    : new TextEncoder().encode(secret);
  return key !== null && key.byteLength >= SECRET_BYTES_MIN ? key : null;
}

/**
 * The headers of a signed message. Throws nothing for a key of signingKey().
 * @param {Uint8Array<ArrayBuffer>} key
 * @param {{ id: string, seconds: number, body: string }} message `seconds` since 1970
 * @returns {Promise<Record<string, string>>}
 */
export async function signatureHeaders(key, { id, seconds, body }) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
  const content = new TextEncoder().encode(`${id}.${seconds}.${body}`);
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', imported, content));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${btoa(String.fromCharCode(...digest))}`,
  };
}

/** @param {string} text */
function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
