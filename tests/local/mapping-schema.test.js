// The mapping's JSON Schema: valid itself, true to the example, and as strict as the core where a
// schema can be. The same table of mappings is read by tests/core/mapping_table_test.cpp.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';

const textOf = (/** @type {string} */ path) =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const schema = JSON.parse(textOf('infra/mappings/mapping.schema.json'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(
  schema,
);

const top = '"source":"s","tab":"t","table":"x","key":"k"';
const key = '{"header":"K","column":"k","type":"text"}';

/** The lines of the table: what the core says, what the schema says, the mapping. */
const examples = textOf('tests/vectors/mappings.tsv')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [codes, bySchema, text] = line.split('\t');
    return { codes, bySchema, text: text.replaceAll('<TOP>', top).replaceAll('<KEY>', key) };
  });

/** @param {(example: typeof examples[number]) => boolean} isMeant */
function mappingsWhere(isMeant) {
  const found = examples.filter(isMeant);
  assert.ok(found.length > 0, 'the table has such mappings');
  return found;
}

test('the schema is a valid JSON Schema of draft 2020-12', () => {
  const ajv = new Ajv2020();
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  assert.ok(ajv.validateSchema(schema), ajv.errorsText());
});

test('every field of a mapping has a title and a description for the editor', () => {
  const fields = [
    ...Object.entries(schema.properties),
    ...Object.entries(schema.$defs.column.properties),
  ];
  const bare = fields.filter(([, field]) => !field.title || !field.description);
  assert.deepEqual(
    bare.map(([name]) => name),
    [],
  );
});

test('the example mapping of property listings conforms', () => {
  const example = JSON.parse(textOf('infra/mappings/property-listings.json'));
  assert.ok(example.columns.length > 100);
  assert.ok(validate(example), JSON.stringify(validate.errors, null, 2));
});

test('the example in the reference conforms', () => {
  const [, example] = textOf('docs/MAPPING.md').match(/```json\n([^]*?)```/) ?? [];
  assert.ok(example, 'the reference begins with an example');
  assert.ok(validate(JSON.parse(example)), JSON.stringify(validate.errors, null, 2));
});

test('the reference explains every fault code of the table', () => {
  const reference = textOf('docs/MAPPING.md');
  const codes = new Set(examples.flatMap((example) => example.codes.split(' ')));
  codes.delete('ok');
  assert.ok(codes.size > 10, 'the table has codes');
  assert.deepEqual(
    [...codes].filter((code) => !reference.includes(`| \`${code}\` |`)),
    [],
  );
});

test('what the core accepts, the schema accepts', () => {
  const valid = mappingsWhere(({ codes }) => codes === 'ok');
  const refused = valid.filter(({ text }) => !validate(JSON.parse(text)));
  assert.deepEqual(refused, []);
});

test('what the core refuses, the schema refuses wherever a schema can see it', () => {
  const wrong = mappingsWhere(({ bySchema }) => bySchema === 'refuses');
  const accepted = wrong.filter(({ text }) => validate(JSON.parse(text)));
  assert.deepEqual(accepted, []);
});

test('what is marked as invisible to the schema really is', () => {
  const blind = mappingsWhere(({ bySchema }) => bySchema === 'blind');
  const seen = blind.filter(({ text }) => !validate(JSON.parse(text)));
  assert.deepEqual(seen, []);
});

test('every line of the table says one of the three', () => {
  const unclear = examples.filter(
    ({ codes, bySchema }) =>
      !(codes === 'ok' ? ['accepts'] : ['refuses', 'blind']).includes(bySchema),
  );
  assert.deepEqual(unclear, []);
});
