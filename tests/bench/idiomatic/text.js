// Folding and trimming, as the rules of tests/vectors/RULES.md want them.

const WIDE = /[\u3000\uff01-\uff60\uffe0-\uffe6]/g;
const HALF_KATAKANA = /.?[\uff61-\uff9f]+/gsu;
const NEEDS_FOLDING = /[\u3000\uff01-\uffe6]/;
// White space to Unicode or to the eye, but not to String.prototype.trim.
const UNTRIMMED = new Set(['\u0085', '\u200b']);
const BLANK_START = /^[\s\u0085\u200b]+/;
const BLANK_END = /[\s\u0085\u200b]+$/;
const BLANKS = /[\s\u0085]+/g;
const INVISIBLE = /[\u200b\ufeff\0]/g;

/** @param {string} text */
export function trim(text) {
  const trimmed = text.trim();
  if (!UNTRIMMED.has(trimmed[0]) && !UNTRIMMED.has(trimmed[trimmed.length - 1])) return trimmed;
  return trimmed.replace(BLANK_START, '').replace(BLANK_END, '');
}

/** Whether no half of a surrogate pair stands alone. @param {string} text */
export const isWellFormed = (text) =>
  // ES2024, in every runtime the project names.
  /** @type {string & {isWellFormed: () => boolean}} */ (text).isWellFormed();

/**
 * Full width to half, half-width katakana to full.
 *
 * @param {string} text
 */
export function fold(text) {
  if (!NEEDS_FOLDING.test(text)) return text;
  // Each of these has the folded character as its compatibility form; NFKC of a whole text would
  // go too far (㎡ → m2, ② → 2).
  return text
    .replace(WIDE, (character) => (character === '\uffe3' ? '\u00af' : character.normalize('NFKC')))
    .replace(HALF_KATAKANA, foldKatakana);
}

/**
 * The character before a run is taken along: a voiced mark may belong to it.
 *
 * @param {string} run
 */
function foldKatakana(run) {
  const hasMarkFirst = /^[^\uff61-\uff9f][\uff9e\uff9f]/u.test(run);
  const start =
    hasMarkFirst || /^[\uff61-\uff9f]/.test(run) ? 0 : (run.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
  const rest = run.slice(start);
  const katakana = rest.replace(/[\uff61-\uff9f]/g, (character) => character.normalize('NFKC'));
  return run.slice(0, start) + katakana.normalize('NFC');
}

/**
 * A header or label as it is compared.
 *
 * @param {string} text
 */
export const foldLabel = (text) => trim(fold(text)).replace(INVISIBLE, '').replace(BLANKS, ' ');
