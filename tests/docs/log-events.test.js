// Every event that can be logged stands in the table of OPERATIONS.md, with its level and fields.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertNone, filesIn, textOf } from '../tidy/source-text.js';
import { readLogTable, undocumented } from './log-table.js';

const table = readLogTable();
const core = filesIn(['core/src'], ['.cpp']).map(textOf).join('\n');
const host = filesIn(['functions/app', 'functions/adapters', 'functions/bundles'], ['.js'])
  .map(textOf)
  .join('\n');

/**
 * The log calls of the core: level words, event words, field names where they stand in the call.
 */
function callsOfTheCore() {
  const calls = [...core.matchAll(/\boutbox_?\.log\(([\s\S]*?)\);\n/g)].map((match) => match[1]);
  return calls.map((call) => {
    const levels = call.match(/(?<=")(debug|info|warn|error)(?=")/g) ?? [];
    const [, named, by = ''] = /,\s*(?:"(\w+)"|(\w+)\(\w+\)),/.exec(call) ?? [];
    const events = named ? [named] : (wordsOf(by) ?? []);
    const fields = [...call.matchAll(/\{"(\w+)",/g)].map((match) => match[1]);
    return { levels, events, fields };
  });
}

/** The words a function of the core can return. @param {string} name */
function wordsOf(name) {
  const [body = ''] = new RegExp(`string_view ${name}\\([\\s\\S]*?\\n\\}`).exec(core) ?? [];
  return [...body.matchAll(/(?:return|[?:]) "(\w+)"/g)].map((match) => match[1]);
}

describe('the core', () => {
  const calls = callsOfTheCore();

  test('its log calls are found', () => {
    const events = calls.flatMap((call) => call.events);
    assert.ok(events.length >= 13, events.join());
    assert.ok(calls.every((call) => call.events.length > 0 && call.levels.length > 0));
    assert.ok(events.includes('alert_resolved'), 'an event that a function names');
  });

  test('each event is documented with its levels and fields', () => {
    const lines = calls.flatMap(({ levels, events, fields }) =>
      events.flatMap((event) => {
        const levelsOf = table.find((row) => row.events.includes(event))?.levels ?? [];
        // where a call chooses its level by the event, the table says which
        const possible = events.length > 1 ? levels.filter((l) => levelsOf.includes(l)) : levels;
        assert.ok(possible.length > 0, `${event} has a level`);
        const known = Object.fromEntries(fields.map((field) => [field, null]));
        return possible.map((level) => ({ event, level, fields: known }));
      }),
    );
    assertNone(lines.flatMap((line) => undocumented(table, line)));
  });
});

describe('the host', () => {
  const lines = [...host.matchAll(/level: '(\w+)',\s*event: '(\w+)'/g)];

  test('each event is documented with its level', () => {
    assert.ok(lines.length >= 11, `${lines.length} lines`);
    const events = lines.map(([, level, event]) => ({ level, event }));
    assertNone(events.flatMap((line) => undocumented(table, line)));
  });

  test('an invocation that it ends is logged under the code', () => {
    const codes = [...host.matchAll(/#fail\('(\w+)'/g)].map((match) => match[1]);
    const named = codes.filter((code) => !code.startsWith('core_'));
    assert.ok(named.length >= 2);
    assertNone(named.flatMap((event) => undocumented(table, { event, level: 'error' })));
  });
});

test('no event is documented that nobody logs', () => {
  const words = new Set(`${core}\n${host}`.match(/(?<=['"])[a-z]+(?:_[a-z]+)*(?=['"])/g));
  const documented = table.flatMap(({ events }) => events);
  assert.ok(documented.length >= 25, `${documented.length} events`);
  assertNone(documented.filter((event) => !event.startsWith('core_') && !words.has(event)));
});

test('what the table does not say is noticed', () => {
  const line = { event: 'listening', level: 'info', fields: { url: '' } };
  assert.deepEqual(undocumented(table, line), []);
  assert.equal(undocumented(table, { ...line, event: 'nothing' }).length, 1);
  assert.equal(undocumented(table, { ...line, level: 'error' }).length, 1);
  assert.equal(undocumented(table, { ...line, fields: { url: '', cell: '' } }).length, 1);
});
