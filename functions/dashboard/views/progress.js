// A run that is under way: how far, how fast, how long still. Drawn again for each status document.
import { h, setText } from '../dom.js';
import { createPace } from '../pace.js';

/**
 * @param {Pick<import('../context.js').Context, 't' | 'format'>} context
 */
export function createProgress({ t, format }) {
  const pace = createPace();
  const bar = h('progress', { 'aria-label': t('progress.label') });
  const figures = h('p', { class: 'figures' });
  return {
    element: h('div', { class: 'progress' }, bar, figures),
    /** @param {any} status the status document */
    show({ status, progress }) {
      if (status === 'queued' || progress === null || progress.expected === 0) {
        bar.removeAttribute('value');
        return setText(figures, t(status === 'queued' ? 'progress.queued' : 'progress.reading'));
      }
      const { done, expected } = progress;
      bar.max = expected;
      bar.value = Math.min(done, expected);
      const { perSecond, leftMs } = pace({ nowMs: performance.now(), done, expected });
      const words = [t('progress.rows', { done, n: expected })];
      if (perSecond !== null) words.push(t('progress.rate', { n: Math.round(perSecond) }));
      if (leftMs !== null && done < expected) {
        words.push(
          t('progress.left', {
            time: format.duration(Math.max(1, Math.round(leftMs / 1000)) * 1000),
          }),
        );
      }
      setText(figures, words.join(' · '));
    },
  };
}
