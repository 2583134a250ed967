// infra/grafana/listing-sync.json: importable anywhere, and it asks for metrics that exist.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FAMILIES, RULES, REGISTERED } from '../../functions/app/metric-families.js';
import { metricsText } from '../../functions/app/metrics.js';
import { assertNone, textOf } from '../tidy/source-text.js';
import { facts } from './metrics-facts.js';

const FILE = 'infra/grafana/listing-sync.json';
const text = textOf(FILE);
const dashboard = JSON.parse(text);

/** Labels by the name of the series. */
const series = new Map(
  metricsText({ sources: [facts()] })
    .split('\n')
    .flatMap((line) => {
      const [, name, labels] = /^([a-z_]+)\{(.*)\} /.exec(line) ?? [];
      return name ? [[name, [...labels.matchAll(/(\w+)="/g)].map((match) => match[1])]] : [];
    }),
);

/** @type {{ title: string, expr: string }[]} */
const queries = dashboard.panels.flatMap((/** @type {any} */ panel) =>
  panel.targets.map((/** @type {any} */ target) => ({ title: panel.title, expr: target.expr })),
);

describe('the Grafana dashboard', () => {
  test('whoever imports it is asked for the data source, and it takes no fixed place', () => {
    const [input] = dashboard.__inputs;
    assert.deepEqual([input.type, input.pluginId], ['datasource', 'prometheus']);
    assert.equal(dashboard.uid, undefined);
    assert.equal(dashboard.id, null);
    const sources = [...text.matchAll(/"type": "prometheus",\s*"uid": "([^"]*)"/g)];
    assert.ok(sources.length > queries.length);
    assertNone(sources.map((match) => match[1]).filter((uid) => uid !== `\${${input.name}}`));
  });

  test('every panel has a place of its own, a title and an explanation', () => {
    const taken = new Map();
    for (const { id, title, description, gridPos } of dashboard.panels) {
      assert.ok(title && description, `panel ${id}`);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.ok(x < 24, `${title} is too wide`);
          assert.equal(taken.get(`${x} ${y}`), undefined, `${title} covers another panel`);
          taken.set(`${x} ${y}`, title);
        }
      }
    }
    const ids = dashboard.panels.map((/** @type {any} */ { id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  test('every query asks for metrics that are told, by labels that they have', () => {
    assert.ok(queries.length >= 12);
    for (const { title, expr } of queries) {
      const asked = [...expr.matchAll(/\b(listing_sync_\w+)(?:\{([^}]*)\})?/g)];
      assert.ok(asked.length > 0, `${title}: ${expr}`);
      for (const [, name, matchers = ''] of asked) {
        const labels = series.get(name);
        assert.ok(labels, `${title}: there is no ${name}`);
        const wanted = [...matchers.matchAll(/(\w+)\s*=/g)].map((match) => match[1]);
        assertNone(wanted.filter((label) => !labels.includes(label)));
      }
    }
  });

  test('every metric is shown', () => {
    const shown = queries.map(({ expr }) => expr).join('\n');
    const names = [REGISTERED, ...FAMILIES].map(({ name }) => name);
    assertNone(names.filter((name) => !shown.includes(name)));
  });
});

test('every alert rule of the core is told, in its order', () => {
  const rules = textOf('core/src/alerts/rules.cpp').matchAll(/Finding\{\s*"(\w+)"/g);
  assert.deepEqual(
    [...rules].map((match) => match[1]),
    RULES,
  );
});
