// How the state of a run looks.

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
