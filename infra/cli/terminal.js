// Colour on a terminal that wants it, and lines no wider than it.

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };
const WIDTH = 80;

/** @param {Pick<import('./main.js').Io, 'environment' | 'stdout' | 'isTerminal'>} io */
export function createTerminal({ environment, stdout, isTerminal }) {
  const isColoured = isTerminal && !environment.NO_COLOR;
  return {
    /** @param {keyof typeof CODES} style @param {string} text */
    paint: (style, text) => (isColoured ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text),
    /** @param {string} [line] */
    print: (line = '') => void stdout.write(`${line}\n`),
    /**
     * Words that are broken into lines, each indented.
     * @param {string} text
     * @param {number} indent
     */
    wrap: (text, indent) => wrap(text, (stdout.columns ?? WIDTH) - indent, ' '.repeat(indent)),
  };
}

/** What moves the cursor, colours or turns a line around: names from a sheet may hold anything. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** Two columns each (East Asian Width W and F): the ranges of Unicode in use. */
const WIDE = new RegExp(
  String.raw`[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f]|` +
    String.raw`[\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]`,
  'gu',
);

/** @param {string} text */
const widthOf = (text) => [...text].length + (text.match(WIDE) ?? []).length;

/**
 * @param {string} text may have line breaks of its own
 * @param {number} width
 * @param {string} indent
 */
function wrap(text, width, indent) {
  const lines = text
    .replace(UNSEEN, '')
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
