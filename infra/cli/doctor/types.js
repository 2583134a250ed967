// Which column types of PostgreSQL take what a mapping's types give (tests/vectors/RULES.md).

/** What each type is sent as: a text, a number, true or false. */
const TEXTS = ['text', 'character varying', 'character', 'citext'];
const WHOLE = ['smallint', 'integer', 'bigint', 'numeric'];
const FLOATS = ['real', 'double precision'];
const MONEY = { money: "its notation follows the server's locale" };
const TIMES = ['timestamp with time zone', 'timestamp without time zone'];

/**
 * `fits`: without loss. `perhaps`: with the restriction that is named. Everything else is refused by
 * the database.
 * @type {Record<string, { fits: string[], perhaps: Record<string, string> }>}
 */
const TABLE = {
  text: { fits: TEXTS, perhaps: {} },
  url: { fits: TEXTS, perhaps: {} },
  email: { fits: TEXTS, perhaps: {} },
  phone: { fits: TEXTS, perhaps: {} },
  year_month: { fits: TEXTS, perhaps: {} },
  integer: {
    fits: WHOLE,
    perhaps: {
      ...notes(FLOATS, 'large numbers lose digits'),
      ...notes(TEXTS, 'stored as text'),
      ...MONEY,
    },
  },
  number: {
    fits: ['numeric'],
    perhaps: {
      ...notes(FLOATS, 'decimals are rounded to binary'),
      ...notes(['smallint', 'integer', 'bigint'], 'a number with decimals is refused'),
      ...notes(TEXTS, 'stored as text'),
      ...MONEY,
    },
  },
  date: {
    fits: ['date'],
    perhaps: { ...notes(TIMES, 'midnight'), ...notes(TEXTS, 'stored as text') },
  },
  datetime: {
    fits: ['timestamp with time zone'],
    perhaps: {
      'timestamp without time zone': 'the time zone is lost',
      date: 'the time is lost, and the row differs in every run',
      ...notes(TEXTS, 'stored as text'),
    },
  },
  boolean: { fits: ['boolean'], perhaps: notes(TEXTS, 'stored as true or false') },
  enum: { fits: TEXTS, perhaps: {} },
};

/**
 * @param {string[]} types
 * @param {string} note
 */
function notes(types, note) {
  return Object.fromEntries(types.map((type) => [type, note]));
}

/**
 * @param {{ type: string, scale: number | null, unit?: string | null }} column of the mapping
 * @param {{ type: string, kind: string, base: string | null }} found a domain is judged by its base
 * @returns {{ fits: 'yes' | 'perhaps' | 'no', why: string }}
 */
export function compatibility({ type: given, scale, unit }, { type: own, kind, base }) {
  const stored = base ?? own;
  const isWhole = scale === 0 || unit === 'yen';
  const type = given === 'number' && isWhole ? 'integer' : given;
  const { fits, perhaps } = TABLE[type];
  if (fits.includes(stored)) return { fits: 'yes', why: '' };
  if (perhaps[stored] !== undefined) return { fits: 'perhaps', why: perhaps[stored] };
  if (kind === 'e' && type === 'enum') return { fits: 'yes', why: '' };
  if (kind === 'e' && type === 'text') {
    return { fits: 'perhaps', why: 'only its labels are accepted; an enum with "values" says so' };
  }
  if (JSON_TYPES.includes(stored)) return { fits: 'perhaps', why: 'stored as a JSON value' };
  if (fits === TEXTS && takesSomeTexts(type, stored)) {
    return { fits: 'perhaps', why: `what does not read as ${stored} is refused, and held` };
  }
  // Types of extensions and the like: the database has the last word.
  if (kind !== 'e' && !isBuiltIn(stored)) return { fits: 'perhaps', why: 'not known to us' };
  return { fits: 'no', why: `${type} goes into ${fits.join(', ')}` };
}

const JSON_TYPES = ['json', 'jsonb'];
/** Written as text, and no type of the mapping is meant for them. */
const NOTATIONS = [
  'uuid',
  'bytea',
  'interval',
  'inet',
  'cidr',
  'xml',
  'money',
  'time without time zone',
  'time with time zone',
  'point',
  'bit',
  'tsvector',
];
const BUILT_IN = [...TEXTS, ...WHOLE, ...FLOATS, ...TIMES, ...NOTATIONS, 'boolean', 'date'];

/**
 * Of an enum the stored values are fixed: they may be numbers, dates, true and false. Other texts
 * belong into such a column only where the mapping has no type for it.
 * @param {string} type of the mapping
 * @param {string} stored
 */
function takesSomeTexts(type, stored) {
  if (type === 'enum') return BUILT_IN.includes(stored);
  return type === 'text' && NOTATIONS.includes(stored);
}

/** @param {string} type */
const isBuiltIn = (type) => BUILT_IN.includes(type) || type.endsWith('[]');
