// Numbers, times and durations as people of a language write them.
import { serverNow } from './clock.js';
import { h } from './dom.js';

/** @typedef {ReturnType<typeof createFormat>} Format */
/** @typedef {[unit: Intl.RelativeTimeFormatUnit, ms: number]} Step */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const RENEW_MS = 10_000;

/** @type {Step[]} */
const STEPS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
];

/**
 * What a relative time element stands for, so that it can be renewed.
 * @type {WeakMap<Element, () => void>}
 */
const renewals = new WeakMap();

/**
 * @param {string} locale
 * @param {import('./i18n.js').Translate} t
 */
export function createFormat(locale, t) {
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const times = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const unit = (/** @type {number} */ n, /** @type {string} */ name, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(n);

  /** @param {string | number} when a time, as ISO text or in milliseconds */
  const ago = (when, nowMs = serverNow()) => {
    const pastMs = Math.max(0, nowMs - new Date(when).getTime());
    const step = STEPS.find(([, ms]) => pastMs >= ms);
    return step ? relative.format(-Math.floor(pastMs / step[1]), step[0]) : t('time.just-now');
  };

  /** @param {string} iso */
  const time = (iso) => times.format(new Date(iso));

  /** @param {number} ms */
  const duration = (ms) => {
    if (ms < SECOND_MS) return unit(Math.round(ms), 'millisecond');
    if (ms < MINUTE_MS) return unit(ms / SECOND_MS, 'second', ms < 10 * SECOND_MS ? 1 : 0);
    const [large, small] = ms < HOUR_MS ? ['minute', 'second'] : ['hour', 'minute'];
    const largeMs = ms < HOUR_MS ? MINUTE_MS : HOUR_MS;
    const rest = Math.floor((ms % largeMs) / (ms < HOUR_MS ? SECOND_MS : MINUTE_MS));
    const whole = unit(Math.floor(ms / largeMs), large);
    return rest === 0 ? whole : `${whole} ${unit(rest, small)}`;
  };

  return {
    /** @param {number} n */
    number: (n) => numbers.format(n),
    /** @param {number} ratio */
    percent: (ratio) => percents.format(ratio),
    /** @param {number} n */
    bytes: (n) => (n < 1000 ? unit(n, 'byte') : unit(n / 1000, 'kilobyte', n < 10_000 ? 1 : 0)),
    duration,
    time,
    ago,
    /**
     * The relative time, which renews itself while it is in the page; the absolute one on hover.
     * @param {string} iso
     */
    timeElement(iso) {
      const element = h('time', { datetime: iso, title: time(iso), 'data-ago': true });
      const renew = () => void (element.textContent = ago(iso));
      renew();
      renewals.set(element, renew);
      return element;
    },
  };
}

/** Keeps every relative time in the page true. Called once. */
export function renewTimes() {
  setInterval(() => {
    for (const element of document.querySelectorAll('time[data-ago]')) renewals.get(element)?.();
  }, RENEW_MS);
}
