// Partial responses: `fields=properties(title,timeZone),sheets.properties.gridProperties`.
import { invalidFields } from './errors.js';

/** @typedef {Map<string, Mask | null>} Mask null: the field with all it holds */

/**
 * @param {string} text
 * @returns {Mask}
 */
export function parseFieldMask(text) {
  const scanner = { text, position: 0 };
  const mask = parseList(scanner);
  if (scanner.position < text.length) throw invalidFields(text);
  return mask;
}

/**
 * Keeps of `value` what the mask names; lists are entered. Naming an unknown field is an error.
 *
 * @param {unknown} value
 * @param {Mask | null} mask
 * @returns {unknown}
 */
export function applyFieldMask(value, mask) {
  if (mask === null || mask.has('*')) return value;
  if (Array.isArray(value)) return value.map((item) => applyFieldMask(item, mask));
  if (typeof value !== 'object' || value === null) throw invalidFields([...mask.keys()].join());
  for (const name of mask.keys()) if (!(name in value)) throw invalidFields(name);
  const kept = Object.entries(value).filter(([name]) => mask.has(name));
  return Object.fromEntries(
    kept.map(([name, member]) => {
      const inner = mask.get(name) ?? null;
      return [name, member === undefined ? undefined : applyFieldMask(member, inner)];
    }),
  );
}

/** @typedef {{ text: string, position: number }} Scanner */

/** @param {Scanner} scanner @returns {Mask} */
function parseList(scanner) {
  /** @type {Mask} */
  const mask = new Map();
  do {
    const [name, inner] = parsePath(scanner);
    const known = mask.get(name);
    mask.set(name, known && inner ? new Map([...known, ...inner]) : inner);
  } while (skip(scanner, ','));
  return mask;
}

/** @param {Scanner} scanner @returns {[string, Mask | null]} */
function parsePath(scanner) {
  const name = /^(?:\w+|\*)/.exec(scanner.text.slice(scanner.position))?.[0];
  if (name === undefined) throw invalidFields(scanner.text);
  scanner.position += name.length;
  if (skip(scanner, '.') || skip(scanner, '/')) return [name, new Map([parsePath(scanner)])];
  if (!skip(scanner, '(')) return [name, null];
  const inner = parseList(scanner);
  if (!skip(scanner, ')')) throw invalidFields(scanner.text);
  return [name, inner];
}

/** @param {Scanner} scanner @param {string} character */
function skip(scanner, character) {
  if (scanner.text[scanner.position] !== character) return false;
  scanner.position += 1;
  return true;
}
