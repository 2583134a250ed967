// CSV (RFC 4180) and TSV, as a spreadsheet would hold them after somebody typed them in.

/**
 * Rows of cells, each as JSON text. Throws Error naming the line of a quote that is not closed.
 * @param {string} text
 * @param {',' | '\t'} delimiter
 * @returns {string[][]}
 */
export function readDelimited(text, delimiter) {
  const field = new RegExp(`"((?:[^"]|"")*)("?)|[^${delimiter}\\r\\n]*`, 'y');
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  for (let at = 0; at < text.length;) {
    field.lastIndex = at;
    const [all, quoted, closing] = /** @type {RegExpExecArray} */ (field.exec(text));
    if (closing === '') throw new Error(`line ${lineOf(text, at)}: a quote is not closed`);
    row.push(typed(quoted === undefined ? all : quoted.replaceAll('""', '"')));
    at += all.length;
    const next = text.slice(at, at + 2);
    if (next.startsWith(delimiter)) {
      at += 1;
      if (at === text.length) row.push('""');
      continue;
    }
    if (next !== '' && !/^[\r\n]/.test(next)) {
      throw new Error(`line ${lineOf(text, at)}: text after a closing quote`);
    }
    at += next === '\r\n' ? 2 : 1;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

/** @param {string} text @param {number} at */
const lineOf = (text, at) => text.slice(0, at).split('\n').length;

/**
 * What Sheets makes of a typed text: a number, unless a leading zero or more digits than a double
 * holds say that it is text; TRUE and FALSE; all else is text.
 * @param {string} text
 * @returns {string} JSON
 */
function typed(text) {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase();
  const isNumber =
    /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= 15;
  return isNumber ? text : JSON.stringify(text);
}
