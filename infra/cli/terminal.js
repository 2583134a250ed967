// Colour on a terminal that wants it, and lines no wider than it. Whatever comes from a sheet goes
// through here: it may hold anything.

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };
const WIDTH = 80;

/** @typedef {keyof typeof CODES} Style */
/** @typedef {ReturnType<typeof createTerminal>} Terminal */
/** @typedef {(style: Style, text: string) => string} Paint */

/** @param {Pick<import('./main.js').Io, 'environment' | 'stdout' | 'isTerminal'>} io */
export function createTerminal({ environment, stdout, isTerminal }) {
  const paint = createPaint(isTerminal && wantsColour(environment));
  return {
    paint,
    /** Columns there are; where nobody looks at a screen, as many as are wanted. */
    width: isTerminal ? stdout.columns || WIDTH : Infinity,
    /** @param {string} [line] */
    print: (line = '') => void stdout.write(`${line}\n`),
    /** One line of JSON. @param {unknown} value */
    json: (value) => void stdout.write(`${jsonLine(value)}\n`),
    /**
     * Words that are broken into lines, each indented.
     * @param {string} text
     * @param {number} indent
     */
    wrap: (text, indent) => wrap(text, (stdout.columns || WIDTH) - indent, ' '.repeat(indent)),
  };
}

/** Escapes beyond a line break. @param {Record<string, string | undefined>} environment */
export const understandsEscapes = ({ TERM }) => TERM !== 'dumb';

/** @param {Record<string, string | undefined>} environment */
export const wantsColour = (environment) =>
  !environment.NO_COLOR && understandsEscapes(environment);

/**
 * @param {boolean} isColoured
 * @returns {Paint}
 */
export function createPaint(isColoured) {
  return (style, text) => (isColoured ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text);
}

/** What moves the cursor, colours or turns a line around: names from a sheet may hold anything. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** The same for JSON, which has no line break of its own but may have astral characters. */
const UNSEEN_IN_JSON = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** No column of their own: they join the character before. */
const MARKS = /\p{M}/gu;
/** More than any script needs on one character: a tower of them covers other lines. */
const TOWERS = /(\p{M}{4})\p{M}+/gu;
/** Two columns each (East Asian Width W and F): the ranges of Unicode in use. */
const WIDE = new RegExp(
  String.raw`[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f]|` +
    String.raw`[\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]`,
  'gu',
);

/** In columns of a terminal. @param {string} text */
export function widthOf(text) {
  const drawn = text.replace(MARKS, '');
  return [...drawn].length + (drawn.match(WIDE) ?? []).length;
}

/** A text from outside in one line, harmless. @param {unknown} text */
export const plain = (text) => harmless(String(text).replace(/\s+/g, ' ')).trim();

/** The same with its line breaks. @param {string} text */
export const harmless = (text) => text.replace(UNSEEN, '').replace(TOWERS, '$1');

/** At most so many columns, the last an ellipsis. @param {string} text @param {number} width */
export function cut(text, width) {
  if (widthOf(text) <= width) return text;
  let [kept, left] = ['', width - 1];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= widthOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** At least so many columns. @param {string} text @param {number} width */
export const pad = (text, width) => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** JSON of the same meaning with nothing in it that a terminal obeys. @param {unknown} value */
export const jsonLine = (value) => harmlessJson(JSON.stringify(value));

/** @param {string} json */
export const harmlessJson = (json) =>
  json.replace(UNSEEN_IN_JSON, (found) =>
    Array.from({ length: found.length }, (_, i) => escapeUnit(found.charCodeAt(i))).join(''),
  );

/** @param {number} unit of UTF-16 */
const escapeUnit = (unit) => `\\u${unit.toString(16).padStart(4, '0')}`;

/**
 * @param {string} text may have line breaks of its own
 * @param {number} width
 * @param {string} indent
 */
function wrap(text, width, indent) {
  const lines = harmless(text)
    .split('\n')
    .flatMap((paragraph) => {
      const wrapped = [''];
      for (const word of paragraph.split(' ')) {
        const last = wrapped[wrapped.length - 1];
        if (last !== '' && widthOf(last) + widthOf(word) >= width) wrapped.push(word);
        else wrapped[wrapped.length - 1] = last === '' ? word : `${last} ${word}`;
      }
      return wrapped;
    });
  return lines.map((line) => indent + line).join('\n');
}
