// Reads single variables of the environment: each kind of value with its check. What they mean is
// configuration.js's.
import { isTrustworthy } from './endpoints.js';

/** @typedef {Record<string, string | undefined>} Environment */

const TOKEN_LENGTH_MIN = 16;

/** Hands out values and collects what is wrong with them. */
export class EnvironmentReader {
  /** @type {string[]} */
  problems = [];
  #environment;

  /** @param {Environment} environment */
  constructor(environment) {
    this.#environment = environment;
  }

  /**
   * @param {string} name
   * @returns {string | undefined}
   */
  text(name) {
    return this.#environment[name]?.trim() || undefined;
  }

  /** @param {string} name */
  required(name) {
    const value = this.text(name);
    if (value === undefined) this.fault(name, 'is not set');
    return value;
  }

  /**
   * @param {string} name
   * @param {string} problem
   */
  fault(name, problem) {
    this.problems.push(`${name} ${problem}`);
    return undefined;
  }

  /**
   * @template {number | undefined} T
   * @param {string} name
   * @param {T} standard
   * @param {number} min
   * @param {number} max
   * @returns {number | T | undefined}
   */
  integer(name, standard, min, max) {
    const value = this.text(name);
    if (value === undefined) return standard;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    return this.fault(name, `must be a whole number from ${min} to ${max}`);
  }

  /**
   * @template {string} T
   * @param {string} name
   * @param {T[]} words
   * @returns {T | undefined}
   */
  choice(name, words) {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    const found = words.find((word) => word === value);
    return found ?? this.fault(name, `must be ${words.join(', ').replace(/, ([^,]*)$/, ' or $1')}`);
  }

  /**
   * @param {string} name
   * @param {string} [value]
   * @returns {string | undefined}
   */
  address(name, value = this.text(name)) {
    if (value === undefined) return undefined;
    if (!isTrustworthy(value)) {
      return this.fault(name, 'must be an https address (http only for this machine)');
    }
    const url = new URL(value);
    if (url.username !== '' || url.password !== '') {
      return this.fault(name, 'must not contain a user name or password');
    }
    return url.href;
  }

  /**
   * An address that paths are appended to.
   * @param {string} name
   * @param {string} [standard]
   * @returns {string | undefined} without a trailing slash
   */
  base(name, standard) {
    const address = this.address(name, this.text(name) ?? standard);
    if (address === undefined) return undefined;
    const { origin, pathname, search, hash } = new URL(address);
    if (search !== '' || hash !== '') return this.fault(name, 'must have no query and no fragment');
    return origin + pathname.replace(/\/+$/, '');
  }

  /**
   * A secret that travels in a header.
   * @param {string} name
   * @returns {string | undefined}
   */
  token(name) {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^[\x21-\x7e]+$/.test(value)) {
      return this.fault(name, 'must consist of visible ASCII characters, without spaces');
    }
    if (value.length >= TOKEN_LENGTH_MIN) return value;
    return this.fault(name, `must have at least ${TOKEN_LENGTH_MIN} characters`);
  }

  /**
   * Origins of the web (RFC 6454), separated by commas.
   * @param {string} name
   * @returns {string[]}
   */
  origins(name) {
    const given = (this.text(name) ?? '').split(',').map((part) => part.trim());
    const origins = given.filter((part) => part !== '');
    const isOrigin = (/** @type {string} */ part) =>
      isTrustworthy(part) && new URL(part).origin === part;
    if (!origins.every(isOrigin)) {
      this.fault(name, 'must list origins like https://example.com, without a path, by commas');
    }
    return origins;
  }
}
