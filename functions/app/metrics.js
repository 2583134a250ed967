// The metrics text for Prometheus (exposition format 0.0.4). What is told stands in
// metric-families.js; the counters come from the database, so a cold start does not set them back.
import { FAMILIES, REGISTERED } from './metric-families.js';
import { VERSION } from './version.js';

/** @typedef {import('./metric-families.js').Family} Family */
/** @typedef {import('./metric-families.js').Labels} Labels */
/** @typedef {import('./metric-families.js').SourceFacts} SourceFacts */

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const BUILD = {
  name: 'listing_sync_build_info',
  type: 'gauge',
  help: 'Always 1; the label tells the version.',
};

/**
 * @param {{ sources: SourceFacts[] }} body the answer of the core's job `metrics`
 * @param {string} [version]
 * @returns {string} the same order of lines each time
 */
export function metricsText({ sources }, version = VERSION) {
  const known = sources.filter(({ outcome }) => outcome === 'found');
  return [
    ...head(BUILD),
    line(BUILD.name, { version }, 1),
    ...linesOf(REGISTERED, sources),
    ...FAMILIES.flatMap((family) => linesOf(family, known)),
    '',
  ].join('\n');
}

/**
 * @param {Family} family
 * @param {SourceFacts[]} sources
 */
function linesOf(family, sources) {
  const lines = sources.flatMap((facts) =>
    family
      .read(facts)
      .map(({ labels, suffix = '', value }) =>
        line(family.name + suffix, { source: facts.source, ...labels }, value),
      ),
  );
  return lines.length === 0 ? [] : [...head(family), ...lines];
}

/** @param {{ name: string, type: string, help: string }} family */
const head = ({ name, type, help }) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];

/**
 * @param {string} name
 * @param {Labels} labels
 * @param {number} value
 */
function line(name, labels, value) {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

/** @type {Record<string, string>} */
const ESCAPES = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** @param {string} text */
const escapeLabel = (text) => text.replace(/[\\"\n]/g, (letter) => ESCAPES[letter]);
