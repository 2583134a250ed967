// What a check says: how it stands, and what to do.

/** @typedef {import('./checks.js').Finding} Finding */

/** @param {string} text @returns {Finding} */
export const ok = (text) => ({ level: 'ok', text });
/** @param {string} text @param {string} remedy @returns {Finding} */
export const warning = (text, remedy) => ({ level: 'warning', text, remedy });
/** @param {string} text @param {string} remedy @returns {Finding} */
export const failed = (text, remedy) => ({ level: 'failed', text, remedy });
