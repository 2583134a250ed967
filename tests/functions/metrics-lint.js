// What `promtool check metrics` would say of an exposition text (format 0.0.4), and the grammar
// below it: Prometheus drops a whole scrape for one wrong line.

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const NUMBER = '[-+]?(?:\\d+(?:\\.\\d+)?(?:e[-+]?\\d+)?|Inf)|NaN';
const HEAD = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (${NUMBER})$`);
const TYPES = ['counter', 'gauge', 'histogram', 'summary'];
const NO_BASE_UNIT = /_(milliseconds|minutes|hours|days|weeks|bits|kilobytes|megabytes|percent)\b/;
const ABBREVIATIONS = /_(s|ms|us|ns|sec|b|kb|mb|gb|m|h|d)(_|$)/;

/**
 * @typedef {object} Seen
 * @property {string} name
 * @property {string} [type]
 * @property {string} [help]
 * @property {string[]} samples names of the lines, suffixes included
 */

/**
 * @param {string} text
 * @returns {string[]} every problem; none for a text that is right
 */
export function lintMetrics(text) {
  /** @type {string[]} */
  const problems = [];
  if (!text.endsWith('\n')) problems.push('the last line does not end');
  const families = readFamilies(text.split('\n').slice(0, -1), problems);
  for (const family of families) problems.push(...lintFamily(family));
  const names = families.map(({ name }) => name);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  return [...problems, ...twice.map((name) => `${name} is not in one piece`)];
}

/**
 * @param {string[]} lines
 * @param {string[]} problems
 */
function readFamilies(lines, problems) {
  /** @type {Seen[]} */
  const families = [];
  const series = new Set();
  for (const line of lines) {
    const head = HEAD.exec(line);
    const sample = SAMPLE.exec(line);
    if (head) {
      const field = /** @type {'help' | 'type'} */ (head[1].toLowerCase());
      const family = familyOf(families, head[2]);
      if (family[field] !== undefined) problems.push(`${head[2]} has ${head[1]} twice`);
      if (family.samples.length > 0) problems.push(`${head[2]} has ${head[1]} after its samples`);
      family[field] = head[3];
    } else if (sample) {
      const identity = line.slice(0, line.lastIndexOf(' '));
      if (series.has(identity)) problems.push(`twice: ${identity}`);
      series.add(identity);
      const base =
        families.at(-1)?.type === 'summary' ? sample[1].replace(/_(sum|count)$/, '') : '';
      familyOf(families, base || sample[1]).samples.push(sample[1]);
      if (/(^|,)[a-z0-9_]*[A-Z]/.test(sample[2]?.replace(/"[^"]*"/g, '') ?? '')) {
        problems.push(`a label is not in snake_case: ${line}`);
      }
    } else problems.push(`cannot be read: ${JSON.stringify(line)}`);
  }
  return families;
}

/**
 * The family that lines belong to: the last one, or a new one.
 * @param {Seen[]} families
 * @param {string} name
 */
function familyOf(families, name) {
  const last = families.at(-1);
  if (last?.name === name) return last;
  /** @type {Seen} */
  const family = { name, samples: [] };
  families.push(family);
  return family;
}

/** @param {Seen} family */
function lintFamily({ name, type, help, samples }) {
  const counts = type === 'counter';
  /** @type {[boolean, string][]} */
  const rules = [
    [help === undefined, 'no help text'],
    [type === undefined || !TYPES.includes(type), 'no known type'],
    [samples.length === 0, 'no samples'],
    [counts && !name.endsWith('_total'), 'counter without "_total"'],
    [!counts && name.endsWith('_total'), '"_total", but no counter'],
    [type !== 'summary' && /_(count|sum|bucket)$/.test(name), 'a suffix of summaries'],
    [/_(counter|gauge|summary|histogram)(_|$)/.test(name), 'the type in the name'],
    [NO_BASE_UNIT.test(name), 'no base unit'],
    [ABBREVIATIONS.test(name), 'an abbreviated unit'],
    [/[A-Z:]/.test(name), 'not in snake_case'],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, rule]) => `${name}: ${rule}`);
}
