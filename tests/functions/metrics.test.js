// The text of GET …/metrics: readable by a real parser, by the conventions, and true.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import parse from 'parse-prometheus-text-format';
import { RULES } from '../../functions/app/metric-families.js';
import { metricsText } from '../../functions/app/metrics.js';
import { facts } from './metrics-facts.js';
import { lintMetrics } from './metrics-lint.js';

/** @typedef {import('../../functions/app/metric-families.js').SourceFacts} SourceFacts */

/** @param {...SourceFacts} sources */
const textOf = (...sources) => metricsText({ sources }, '1.2.3');

/**
 * The samples of one metric, as the parser library reads them.
 * @param {string} text
 * @param {string} name
 */
function samplesOf(text, name) {
  const family = parse(text).find((one) => one.name === name);
  assert.ok(family, `${name} is told`);
  return family.metrics;
}

/** @param {string} text @param {string} name @param {Record<string, string>} labels */
function valueOf(text, name, labels = {}) {
  const wanted = { source: 'property-listings', ...labels };
  const found = samplesOf(text, name).filter((sample) =>
    Object.entries(wanted).every(([label, value]) => sample.labels?.[label] === value),
  );
  assert.equal(found.length, 1, `${name} ${JSON.stringify(labels)} stands once`);
  return Number(found[0].value);
}

describe('what the text says', () => {
  const text = textOf(facts());

  test('every metric of the documentation is there, with help and type', () => {
    assert.deepEqual(
      parse(text).map(({ name, type }) => `${name} ${type.toLowerCase()}`),
      [
        'listing_sync_build_info gauge',
        'listing_sync_source_registered gauge',
        'listing_sync_runs_total counter',
        'listing_sync_rows_total counter',
        'listing_sync_run_duration_seconds summary',
        'listing_sync_last_success_timestamp_seconds gauge',
        'listing_sync_error_ratio gauge',
        'listing_sync_consecutive_failures gauge',
        'listing_sync_held_rows gauge',
        'listing_sync_held_rows_ignored gauge',
        'listing_sync_queued_runs gauge',
        'listing_sync_run_in_progress gauge',
        'listing_sync_circuit_state gauge',
        'listing_sync_alert_open gauge',
      ],
    );
  });

  test('counters are those of the database, large ones to the last digit', () => {
    assert.equal(valueOf(text, 'listing_sync_runs_total', { status: 'failed' }), 3);
    assert.equal(valueOf(text, 'listing_sync_rows_total', { result: 'held' }), 16);
    assert.match(text, /\{source="property-listings",result="unchanged"\} 9007199254740991\n/);
  });

  test('times are in seconds, shares from 0 to 1', () => {
    assert.match(text, /^listing_sync_run_duration_seconds_sum\{source="[^"]+"\} 12\.345$/m);
    assert.match(text, /^listing_sync_run_duration_seconds_count\{source="[^"]+"\} 15$/m);
    assert.equal(valueOf(text, 'listing_sync_last_success_timestamp_seconds'), 1_795_500_000.123);
    assert.equal(valueOf(text, 'listing_sync_error_ratio'), 0.016);
  });

  test('a circuit is in exactly one state', () => {
    const states = ['closed', 'half-open', 'open'].map((state) =>
      valueOf(text, 'listing_sync_circuit_state', { target: 'sheets', state }),
    );
    assert.deepEqual(states, [0, 1, 0]);
  });

  test('a quiet rule is told as 0, one of another version as well', () => {
    assert.equal(samplesOf(text, 'listing_sync_alert_open').length, RULES.length);
    assert.equal(valueOf(text, 'listing_sync_alert_open', { rule: 'held_rows' }), 1);
    assert.equal(valueOf(text, 'listing_sync_alert_open', { rule: 'no_success' }), 0);
    const newer = textOf(facts({ alerts_open: { later_rule: 1 } }));
    assert.equal(valueOf(newer, 'listing_sync_alert_open', { rule: 'later_rule' }), 1);
  });

  test('the version is a label of a metric that is always 1', () => {
    assert.deepEqual(samplesOf(text, 'listing_sync_build_info'), [
      { value: '1', labels: { version: '1.2.3' } },
    ]);
  });
});

describe('what is not there yet', () => {
  test('before the first success its time is 0 and there is no share of errors', () => {
    const text = textOf(facts({ last_success_ms: null, last_success_rows: null }));
    assert.equal(valueOf(text, 'listing_sync_last_success_timestamp_seconds'), 0);
    assert.doesNotMatch(text, /listing_sync_error_ratio/);
    assert.deepEqual(lintMetrics(text), []);
  });

  test('an empty sheet has no errors, and a source without circuits none that are open', () => {
    const text = textOf(facts({ last_success_rows: { read: 0, failed: 0 }, circuits: null }));
    assert.equal(valueOf(text, 'listing_sync_error_ratio'), 0);
    assert.doesNotMatch(text, /listing_sync_circuit_state/);
    assert.deepEqual(lintMetrics(text), []);
  });

  test('of a source that is not registered nothing is told but that', () => {
    const stranger = /** @type {SourceFacts} */ ({ source: 'rentals', outcome: 'unknown_source' });
    const text = textOf(facts(), stranger);
    assert.equal(valueOf(text, 'listing_sync_source_registered', { source: 'rentals' }), 0);
    assert.equal(valueOf(text, 'listing_sync_source_registered'), 1);
    assert.equal(text.match(/rentals/g)?.length, 1);
    assert.deepEqual(lintMetrics(textOf(stranger)), []);
  });
});

describe('the form', () => {
  test('two sources: nothing a check of the conventions objects to', () => {
    assert.deepEqual(lintMetrics(textOf(facts(), facts({ source: 'rentals' }))), []);
  });

  test('labels come back as they were, whatever is in them', () => {
    const hostile = 'a"} 1\nb\\n{x="\\';
    const text = textOf(facts({ source: hostile, alerts_open: { [hostile]: 1 } }));
    assert.deepEqual(lintMetrics(text), []);
    const pair = /listing_sync_queued_runs\{source="((?:[^"\\]|\\.)*)"\} 1$/m.exec(text);
    assert.ok(pair);
    const read = pair[1].replace(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter));
    assert.equal(read, hostile);
  });

  test('the same facts give the same text, in whatever order they came', () => {
    const { runs, circuits } = facts();
    const turned = (/** @type {object | null} */ object) =>
      Object.fromEntries(Object.entries(object ?? {}).reverse());
    const other = facts({ runs: turned(runs), circuits: turned(circuits) });
    assert.equal(textOf(other), textOf(facts()));
  });

  test('the check finds what is wrong', () => {
    const wrong = {
      'cannot be read': 'up{a=b} 1\n',
      'the last line does not end': '# HELP up x\n# TYPE up gauge\nup 1',
      'no help text': '# TYPE up gauge\nup 1\n',
      'no known type': '# HELP up x\nup 1\n',
      'counter without': '# HELP runs x\n# TYPE runs counter\nruns 1\n',
      'but no counter': '# HELP runs_total x\n# TYPE runs_total gauge\nruns_total 1\n',
      'no base unit': '# HELP a_minutes x\n# TYPE a_minutes gauge\na_minutes 1\n',
      'an abbreviated unit': '# HELP a_ms x\n# TYPE a_ms gauge\na_ms 1\n',
      'not in snake_case': '# HELP aB x\n# TYPE aB gauge\naB 1\n',
      'not in one piece':
        '# HELP a x\n# TYPE a gauge\na 1\n# HELP b x\n# TYPE b gauge\nb 1\na{c="d"} 1\n',
      'twice: up': '# HELP up x\n# TYPE up gauge\nup 1\nup 1\n',
      'HELP twice': '# HELP up x\n# HELP up y\n# TYPE up gauge\nup 1\n',
      'a suffix of summaries': '# HELP a_count x\n# TYPE a_count gauge\na_count 1\n',
    };
    for (const [problem, text] of Object.entries(wrong)) {
      const found = lintMetrics(text);
      assert.ok(
        found.some((one) => one.includes(problem)),
        `${problem}: ${found.join()}`,
      );
    }
  });
});
