// What a cell holds and how each render option shows it.

/**
 * @typedef {null | undefined | string | number | boolean | ErrorCell | DateCell | FormulaCell} Cell
 *   null, undefined and '' are blank
 *
 * @typedef {{ error: string, message?: string }} ErrorCell `{ error: '#REF!', message: 'Reference
 *   does not exist.' }`; a cell still being calculated is `{ error: 'Loading...' }`
 *
 * @typedef {{ serial: number, format: string }} DateCell days since 1899-12-30, shown as `format`
 *   (`yyyy/mm/dd`, `yyyy"年"m"月"`, `hh:mm` …)
 *
 * @typedef {{ formula: string, value: Cell }} FormulaCell
 */

/**
 * @typedef {object} Rendering
 * @property {'FORMATTED_VALUE' | 'UNFORMATTED_VALUE' | 'FORMULA'} valueRenderOption
 * @property {'SERIAL_NUMBER' | 'FORMATTED_STRING'} dateTimeRenderOption
 */

/** @param {Cell} cell @returns {cell is null | undefined | ''} */
export function isBlank(cell) {
  return cell === null || cell === undefined || cell === '';
}

/**
 * @param {Cell} cell
 * @param {Rendering} rendering
 * @returns {string | number | boolean} blank: ''
 */
export function renderCell(cell, rendering) {
  const isFormatted = rendering.valueRenderOption === 'FORMATTED_VALUE';
  if (typeof cell === 'string') return cell;
  if (isBlank(cell)) return '';
  if (typeof cell === 'number') return isFormatted ? formatNumber(cell) : cell;
  if (typeof cell === 'boolean') return isFormatted ? String(cell).toUpperCase() : cell;
  if ('error' in cell) return renderError(cell, isFormatted);
  if ('serial' in cell) {
    const isText = isFormatted || rendering.dateTimeRenderOption === 'FORMATTED_STRING';
    return isText ? formatSerial(cell.serial, cell.format) : cell.serial;
  }
  return rendering.valueRenderOption === 'FORMULA'
    ? cell.formula
    : renderCell(cell.value, rendering);
}

/**
 * Formatted, an error is its code alone; unformatted, what the tooltip says follows in brackets.
 *
 * @param {ErrorCell} cell
 * @param {boolean} isFormatted
 */
function renderError({ error, message }, isFormatted) {
  return isFormatted || message === undefined ? error : `${error} (${message})`;
}

/** The "automatic" number format: at most ten decimals, no grouping. @param {number} value */
function formatNumber(value) {
  if (Math.abs(value) >= 1e15) return value.toExponential().toUpperCase();
  return String(Number(value.toFixed(10)));
}

/**
 * @param {number} serial
 * @param {string} format
 */
export function formatSerial(serial, format) {
  const date = new Date(Date.UTC(1899, 11, 30) + Math.round(serial * 86_400) * 1000);
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  /** @type {Record<string, () => string>} */
  const shown = {
    yyyy: () => String(date.getUTCFullYear()),
    yy: () => two(date.getUTCFullYear() % 100),
    mm: () => two(date.getUTCMonth() + 1),
    m: () => String(date.getUTCMonth() + 1),
    dd: () => two(date.getUTCDate()),
    d: () => String(date.getUTCDate()),
    hh: () => two(date.getUTCHours()),
    h: () => String(date.getUTCHours()),
    ss: () => two(date.getUTCSeconds()),
    s: () => String(date.getUTCSeconds()),
    minutes: () => two(date.getUTCMinutes()),
  };
  let isTime = false;
  return format.replace(/"([^"]*)"|yyyy|yy|mm?|dd?|hh?|ss?/g, (token, literal) => {
    if (literal !== undefined) return literal;
    const isMinutes = isTime && token.startsWith('m'); // behind hours, m means minutes
    isTime = token.startsWith('h') || (isTime && isMinutes);
    return shown[isMinutes ? 'minutes' : token]();
  });
}
