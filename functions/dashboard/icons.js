// The few signs of the page, as SVG elements. They only repeat what a word beside them says.
import { svg } from './dom.js';

/** @typedef {'good' | 'warn' | 'bad' | 'idle' | 'busy'} Kind */

/** @type {Record<string, string[]>} paths by name, on 24 × 24 */
const PATHS = {
  good: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z', 'M8 12.5l2.7 2.7L16 9.8'],
  warn: ['M12 3.6 21.4 20H2.6z', 'M12 10v4.5', 'M12 17.2v.1'],
  bad: ['M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3z', 'M9 9l6 6', 'M15 9l-6 6'],
  idle: ['M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z', 'M8.5 12h7'],
  busy: ['M20 12a8 8 0 1 1-2.3-5.6', 'M20 3v4.5h-4.5'],
  sync: ['M4 11a8 8 0 0 1 14-4.5L20 9', 'M20 4v5h-5', 'M20 13a8 8 0 0 1-14 4.5L4 15', 'M4 20v-5h5'],
  sun: [
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
    'M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5',
  ],
  moon: ['M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z'],
  leave: ['M14 4h5v16h-5', 'M4 12h10', 'M10.5 8.5 14 12l-3.5 3.5'],
  link: ['M9 5h10v10', 'M19 5 8 16'],
};

/**
 * @param {string} name of PATHS
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const paths = PATHS[name].map((d) => svg('path', { d }));
  const box = { viewBox: '0 0 24 24', class: `icon icon-${name}`, 'aria-hidden': 'true' };
  return svg('svg', { ...box, focusable: 'false' }, ...paths);
}
