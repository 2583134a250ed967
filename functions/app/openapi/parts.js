// What the schemas are made of. Every object is closed: a field that is not described is not in any
// answer.

/** @typedef {Record<string, any>} Schema */

/**
 * An object with these fields and no others.
 * @param {Record<string, Schema>} properties
 * @param {string[]} [optional] the others are always there
 * @returns {Schema}
 */
export function closed(properties, optional = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

/** @param {string} name @returns {Schema} */
export const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
/** @param {string[]} values @returns {Schema} */
export const oneOfWords = (...values) => ({ type: 'string', enum: values });
/** @param {Schema} items @returns {Schema} */
export const listOf = (items) => ({ type: 'array', items });
/** @param {Schema} schema @returns {Schema} */
export const orNull = (schema) => ({ anyOf: [schema, { type: 'null' }] });

export const id = { type: 'integer', minimum: 1 };
export const text = { type: 'string' };
export const count = { type: 'integer', minimum: 0 };
export const flag = { type: 'boolean' };
export const time = { type: 'string', format: 'date-time' };
export const syncId = { type: 'string', format: 'uuid' };

/** As a mapping may call its source. */
export const SOURCE_NAME = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,62}$' };
