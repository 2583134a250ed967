// The log: one JSON object per line, on one stream. What a line says is decided by who writes it.

/** @typedef {import('../../wasm/js/protocol.js').LogLevel} LogLevel */

/**
 * @typedef {object} LogLine
 * @property {LogLevel} level
 * @property {string} event a stable word
 * @property {string} [instance] the invocation
 * @property {string} [job]
 * @property {string} [sync_id]
 * @property {Record<string, unknown>} [fields]
 */

/** @typedef {(line: LogLine) => void} Log */

/** @type {Record<LogLevel, number>} */
const RANK = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * @param {object} [options]
 * @param {(text: string) => void} [options.write] takes one line without its line break
 * @param {LogLevel} [options.level] the lowest level that is written; `debug` may hold cell content
 * @returns {Log}
 */
export function createLog({ write = (text) => console.log(text), level = 'info' } = {}) {
  return (line) => {
    if (RANK[line.level] < RANK[level]) return;
    write(JSON.stringify({ time: new Date().toISOString(), ...line }));
  };
}
