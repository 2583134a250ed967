// How the state of a run looks, and what started it.
import { isolatedText } from '../visible-text.js';

/** @type {Record<string, import('../icons.js').Kind>} */
const KINDS = {
  queued: 'idle',
  in_progress: 'busy',
  completed: 'good',
  failed: 'bad',
  cancelled: 'idle',
  superseded: 'idle',
};

/**
 * A run that reached its end with held rows is a success that wants a look.
 * @param {{ status: string, stats?: Record<string, number> | null }} run
 * @returns {import('../icons.js').Kind}
 */
export function kindOfRun({ status, stats }) {
  if (status === 'completed' && (stats?.failed ?? 0) + (stats?.heldCells ?? 0) > 0) return 'warn';
  return KINDS[status] ?? 'idle';
}

/**
 * A program of somebody else may have started it: then in its own word.
 * @param {{ trigger: string }} run
 * @param {Pick<import('../context.js').Language, 't' | 'has'>} words
 */
export const triggerOf = ({ trigger }, { t, has }) =>
  has(`trigger.${trigger}`) ? t(`trigger.${trigger}`) : isolatedText(trigger);
