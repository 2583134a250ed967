// What became of a run's rows: a bar, and the numbers in words.
import { h } from '../dom.js';
import { LEDGER, ledgerBar } from '../widgets.js';

/**
 * @param {Record<string, number>} stats
 * @param {Pick<import('../context.js').Context, 't' | 'format'>} context
 * @param {{ dryRun?: boolean }} [options] whether the rows only would have been written
 */
export function ledger(stats, { t, format }, { dryRun = false } = {}) {
  const names = [...LEDGER.filter((name) => name !== 'skipped' || stats.skipped > 0)];
  /** @type {[string, number][]} */
  const items = names.map((name) => [name, stats[name] ?? 0]);
  if (stats.heldCells > 0) items.push(['heldCells', stats.heldCells]);
  const list = items.map(([name, n]) =>
    h(
      'div',
      { class: `ledger-item ledger-${name}` },
      h('dt', null, t(`ledger.${name}`)),
      h('dd', { class: 'number' }, format.number(n)),
    ),
  );
  const label = dryRun ? h('p', { class: 'muted' }, t('ledger.dry-run')) : null;
  return h(
    'div',
    { class: 'ledger' },
    label,
    stats.total > 0 ? ledgerBar(stats, t) : null,
    h('dl', { class: 'ledger-list' }, list),
  );
}
