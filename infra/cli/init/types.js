// Which type a column of the mapping gets: what its column in the table can take, the strictest
// first, as far as the samples can be read so. Guesses never convert: the core does.
import { compatibility } from '../doctor/types.js';

/** @typedef {import('./table.js').TableColumn} TableColumn */
/** @typedef {import('./samples.js').Sample} Sample */
/** @typedef {{ type: string } & Record<string, unknown>} Definition type and its policies */
/** @typedef {import('./samples.js').Judge} Judge */

/**
 * `share` of the samples that can be read; `refused`: those that cannot, the most frequent first.
 * @typedef {{ definition: Definition, share: number, refused: Sample[] }} Choice
 */

/** So many of the samples must be readable. */
export const SHARE_MIN = 0.95;

/** Texts that stand for a blank cell in sheets of this trade. */
const PLACEHOLDERS = [
  ...['-', '--', 'ー', '―', '未定', '未', '不明', '未確認', '調査中', '確認中', '要確認'],
  ...['応相談', '相談', '価格応談', '応談', '該当なし', 'n/a', 'なし', '空欄', '?', '*'],
];

const WHOLE = new Set(['smallint', 'integer', 'bigint']);
const DECIMAL = new Set(['numeric', 'real', 'double precision']);
const TEXT = new Set(['text', 'character varying', 'character', 'citext']);
const MOMENT = new Set(['timestamp with time zone', 'timestamp without time zone']);

const MONEY =
  /価格|金額|賃料|家賃|料金|[費税金代]$|坪?単価|年収|円|price|amount|cost|fee|rent$|deposit/i;
const AREA = /面積|㎡|平米|area(?!_ratio)|square/i;
const PHONE = /電話|携帯|tel|phone|fax|ファックス/i;
const EMAIL = /メール|e-?mail/i;
const URL_NAME = /url|リンク|link|ホームページ/i;
const MONTH = /年月|year_month|month/i;
const DAY = /日$|日付|年月日|_on$|_date$|^date/i;
const CHOICE =
  /種別|種類|区分|状況|状態|態様|形態|方式|構造|向き|方位|地域|計画|権利|現況|status|type|kind|mode|state$/i;

/**
 * @param {{ header: string, column: TableColumn, samples: Sample[],
 *   judge: Judge, known?: Definition }} place `known`: how the example mapping reads this column
 * @returns {Choice | null} null: the column's type takes nothing of a mapping
 */
export function chooseType({ header, column, samples, judge, known }) {
  const guessed = candidatesFor(`${header} ${column.name}`, column, samples);
  if (guessed.length === 0) return null;
  const candidates = [...fitting(known, column), ...guessed];
  // What must be filled in cannot be blank by another name.
  const mayBeBlank = !column.not_null || column.has_default;
  const judged = candidates.map((definition) =>
    mayBeBlank
      ? judgeWithPlaceholders(definition, samples, judge)
      : { definition, ...judge(samples, definition) },
  );
  const fine = judged.find(({ share }) => share >= SHARE_MIN);
  return fine ?? judged.reduce((best, one) => (one.share > best.share ? one : best));
}

/**
 * What the example says of a column of this name, where this table's column can hold it.
 * @param {Definition | undefined} known
 * @param {TableColumn} column
 * @returns {Definition[]}
 */
export function fitting(known, column) {
  if (known === undefined) return [];
  const isWhole = WHOLE.has(column.base ?? column.type) && known.type === 'number';
  const definition = isWhole ? { ...known, type: 'integer', scale: undefined } : known;
  const { fits } = compatibility({ type: definition.type, scale: null }, column);
  return fits === 'yes' ? [definition] : [];
}

/**
 * @param {Definition} definition
 * @param {Sample[]} samples
 * @param {Judge} judge
 * @returns {Choice}
 */
function judgeWithPlaceholders(definition, samples, judge) {
  const first = judge(samples, definition);
  const blanks = first.refused
    .map(({ cell }) => String(cell).trim())
    .filter((text) => PLACEHOLDERS.includes(text.normalize('NFKC').toLowerCase()));
  if (blanks.length === 0) return { definition, ...first };
  const given = /** @type {string[]} */ (definition.treat_as_blank ?? []);
  const extended = { ...definition, treat_as_blank: [...new Set([...given, ...blanks])] };
  return { definition: extended, ...judge(samples, extended) };
}

/**
 * @param {string} names header and column, for hints
 * @param {TableColumn} column
 * @param {Sample[]} samples
 * @returns {Definition[]} the strictest first
 */
function candidatesFor(names, column, samples) {
  const stored = column.base ?? column.type;
  if (column.kind === 'e') return [enumOf(labelsOf(samples, 1))];
  if (stored === 'boolean') return [{ type: 'boolean' }];
  if (stored === 'date') return [{ type: 'date' }];
  if (MOMENT.has(stored)) return [{ type: 'datetime' }];
  if (WHOLE.has(stored)) return numbers(names, 'integer', {});
  if (DECIMAL.has(stored)) return numbers(names, 'number', { scale: 2 });
  if (stored === 'uuid') return [{ type: 'text' }];
  return TEXT.has(stored) ? texts(names, samples) : [];
}

/**
 * @param {string} names
 * @param {'integer' | 'number'} type
 * @param {object} areaPolicy 坪 has no end of decimals
 * @returns {Definition[]}
 */
function numbers(names, type, areaPolicy) {
  const plain = { type };
  const money = { type, unit: 'yen' };
  const area = { type, unit: 'm2', ...areaPolicy };
  // A unit only allows what a plain number would refuse: where the name asks for one, it is set.
  if (AREA.test(names)) return [area, plain, money];
  if (MONEY.test(names)) return [money, plain, area];
  return [plain, money, area];
}

/**
 * @param {string} names
 * @param {Sample[]} samples
 * @returns {Definition[]}
 */
function texts(names, samples) {
  if (samples.length === 0) return [{ type: hinted(names) }];
  /** @type {Definition[]} */
  const candidates = ['url', 'email', 'phone'].map((type) => ({ type }));
  // Any small number is a serial date: only a name, or dates that are written out, tell them apart.
  const isWritten = weight(samples.filter(({ cell }) => typeof cell === 'string')) >= 0.5;
  if (MONTH.test(names) || isWritten) candidates.push({ type: 'year_month' });
  if (DAY.test(names)) candidates.push({ type: 'date' });
  const labels = labelsOf(samples, 2);
  if (isChoice(names, labels, samples)) candidates.push(enumOf(labels));
  return [...candidates, { type: 'text' }];

  /** @param {Sample[]} some */
  function weight(some) {
    return countOf(some) / countOf(samples);
  }
}

/** @param {string} names */
function hinted(names) {
  if (URL_NAME.test(names)) return 'url';
  if (EMAIL.test(names)) return 'email';
  if (PHONE.test(names)) return 'phone';
  return MONTH.test(names) ? 'year_month' : 'text';
}

/** @param {Sample[]} samples */
const countOf = (samples) => samples.reduce((sum, { count }) => sum + count, 0);

/**
 * The different texts, once each (ﾏﾝｼｮﾝ is マンション).
 * @param {Sample[]} samples
 * @param {number} timesMin a label that is rarer is taken for a slip
 * @returns {string[]} the most frequent first
 */
function labelsOf(samples, timesMin) {
  /** @type {Map<string, { label: string, count: number }>} */
  const labels = new Map();
  for (const { cell, count } of samples) {
    const label = String(cell).trim();
    if (/^(#|Loading)/.test(label)) continue;
    const folded = label.normalize('NFKC').replace(/\s+/g, ' ');
    const known = labels.get(folded) ?? { label, count: 0 };
    known.count += count;
    // Written as most would: the folded spelling, where it occurs.
    if (label === folded) known.label = label;
    labels.set(folded, known);
  }
  return [...labels.values()].filter(({ count }) => count >= timesMin).map(({ label }) => label);
}

/** @param {string[]} labels @returns {Definition} */
const enumOf = (labels) => ({
  type: 'enum',
  values: Object.fromEntries(labels.map((label) => [label, label])),
});

/** Lists of these repeat, too, and grow. */
const OPEN_LIST =
  /都道府県|市区|町|村|駅|沿線|路線|学校|会社|名|者|住所|city|station|line|school|company|name|address|prefecture/i;
const LABELS_MAX = 20;
const LABEL_LENGTH_MAX = 20;
const REPEATS_MIN = 8;

/**
 * A choice of a few words, each of them used again and again. Without a name that says so there
 * must be very few of them.
 * @param {string} names
 * @param {string[]} labels
 * @param {Sample[]} samples
 */
function isChoice(names, labels, samples) {
  const most = CHOICE.test(names) ? LABELS_MAX : OPEN_LIST.test(names) ? 0 : 5;
  if (labels.length < 2 || labels.length > most) return false;
  if (labels.some((label) => label.length > LABEL_LENGTH_MAX || /^[\d.,/:-]+$/.test(label))) {
    return false;
  }
  return countOf(samples) / labels.length >= REPEATS_MIN;
}
