// Alerts: what has been reported, what is open, and whether a report would arrive.
import { visibleText } from '../visible-text.js';
import { isAbort } from '../api.js';
import { fill, h, keepFocus } from '../dom.js';
import { badge, clip, emptyState, problemBox, spinner } from '../widgets.js';
import { alertAdvice, alertSentence } from './alert-texts.js';

/** @typedef {import('../context.js').Context} Context */

const LIMIT = 200;

/** @param {Context} context @returns {import('../context.js').View} */
export function createAlertsView(context) {
  const { t, api, facts } = context;
  const open = h('div', null, spinner(t('common.loading')));
  const past = h('div', null);
  const test = createTest(context);
  let stop = new AbortController();
  let unsubscribe = () => {};
  /** @type {any} */
  let drawn = null;

  async function draw() {
    try {
      const document = await api.get(`/alerts?state=all&limit=${LIMIT}`, {
        signal: stop.signal,
        conditional: true,
      });
      if (document === drawn) return;
      drawn = document;
      const isOpen = (/** @type {any} */ alert) => alert.status === 'open';
      const [now, before] = [
        document.alerts.filter(isOpen),
        document.alerts.filter((/** @type {any} */ alert) => !isOpen(alert)),
      ];
      fill(
        open,
        now.length === 0
          ? emptyState(t('alerts.none-open'))
          : now.map((/** @type {any} */ alert) => alertCard(alert, context)),
      );
      fill(
        past,
        before.length === 0 ? emptyState(t('alerts.none-past')) : pastTable(before, context),
      );
      test.show(document.webhook);
    } catch (error) {
      if (isAbort(error) || drawn !== null) return; // what was known stays: the page tells the rest
      fill(open, problemBox(error, context.problemText));
    }
  }

  const section = (/** @type {string} */ key, /** @type {HTMLElement} */ body) =>
    h('section', null, h('h2', null, t(key)), body);
  return {
    element: h(
      'div',
      { class: 'view alerts' },
      h('h1', null, t('nav.alerts')),
      h('p', { class: 'muted' }, t('alerts.intro')),
      section('alerts.open', open),
      section('alerts.delivery', test.element),
      section('alerts.past', past),
      rules(context),
    ),
    title: () => t('nav.alerts'),
    show() {
      this.hide();
      stop = new AbortController();
      unsubscribe = facts.subscribe(draw);
      draw();
    },
    hide() {
      unsubscribe();
      stop.abort();
    },
  };
}

/** @param {any} alert @param {Context} context */
function alertCard(alert, context) {
  const { t, has, format } = context;
  const { rule, severity, openedAt, remindedAt, reminders, summary, facts } = alert;
  const kind = severity === 'critical' ? 'bad' : 'warn';
  const title = has(`alert.${rule}.name`) ? t(`alert.${rule}.name`) : visibleText(rule);
  const advice = alertAdvice(alert, context);
  const detail = Object.entries(facts ?? {}).filter(
    ([, value]) => value !== null && typeof value !== 'object',
  );
  return h(
    'article',
    { class: `card alert ${kind}` },
    h('h3', null, badge(kind, t(`severity.${severity}`)), ' ', title),
    h('p', null, alertSentence(alert, context)),
    advice && h('p', null, advice),
    h(
      'p',
      { class: 'muted' },
      t('alerts.since'),
      ' ',
      format.timeElement(openedAt),
      reminders > 0 && ` · ${t('alerts.reminded', { n: reminders, ago: format.ago(remindedAt) })}`,
      ' · ',
      delivery(alert, context),
    ),
    h(
      'details',
      null,
      h('summary', null, t('alerts.facts')),
      h('p', null, clip(summary, { t })),
      h(
        'dl',
        { class: 'facts' },
        detail.map(([name, value]) =>
          h(
            'div',
            { class: 'fact' },
            h('dt', { class: 'mono' }, name),
            h('dd', null, clip(String(value), { t })),
          ),
        ),
      ),
    ),
  );
}

/** @param {any} alert @param {Context} context */
function delivery({ delivery: state, attempts }, { t }) {
  return t(`delivery.${state}`, { n: attempts });
}

/** @param {any[]} alerts @param {Context} context */
function pastTable(alerts, context) {
  const { t, has, format } = context;
  const head = ['alerts.rule', 'alerts.opened', 'alerts.resolved', 'alerts.delivered'].map((key) =>
    h('th', { scope: 'col' }, t(key)),
  );
  const rows = alerts.map((alert) => {
    const name = has(`alert.${alert.rule}.name`)
      ? t(`alert.${alert.rule}.name`)
      : visibleText(alert.rule);
    return h(
      'tr',
      null,
      h('th', { scope: 'row' }, name),
      h('td', null, format.time(alert.openedAt)),
      h('td', null, alert.resolvedAt ? format.time(alert.resolvedAt) : t('common.none')),
      h('td', null, delivery(alert, context)),
    );
  });
  const table = h(
    'table',
    { class: 'table' },
    h('thead', null, h('tr', null, head)),
    h('tbody', null, rows),
  );
  return h(
    'div',
    { class: 'table-place', tabindex: '0', role: 'region', 'aria-label': t('alerts.past') },
    table,
  );
}

/** Where reports go, and a button that sends one. @param {Context} context */
function createTest(context) {
  const { t, api, access } = context;
  const where = h('p', null, t('common.loading'));
  const result = h('div', { role: 'status' });
  const button = h('button', { type: 'button', class: 'button' }, t('alerts.test'));
  const note = h('p', { class: 'notice', hidden: true }, t('actions.read-only'));
  let isReady = false;
  let isBusy = false;

  function draw() {
    note.hidden = access.canAct;
    button.disabled = isBusy || !isReady || !access.canAct;
  }
  access.subscribe(draw);
  draw();

  button.addEventListener('click', async () => {
    isBusy = true;
    const giveBack = keepFocus();
    draw();
    fill(result, spinner(t('alerts.testing')));
    try {
      const { format } = await api.post('/alerts/test', {});
      fill(
        result,
        h(
          'p',
          { class: 'success' },
          badge('good', t('alerts.arrived', { format: t(`webhook.${format}`) })),
        ),
      );
    } catch (error) {
      if (!isAbort(error)) fill(result, problemBox(error, context.problemText));
    } finally {
      isBusy = false;
      draw();
      giveBack();
    }
  });
  return {
    element: h('div', { class: 'card' }, where, note, button, result),
    /** @param {string | null} webhook */
    show(webhook) {
      isReady = webhook !== null;
      fill(
        where,
        webhook === null
          ? t('alerts.no-webhook')
          : t('alerts.webhook', { format: t(`webhook.${webhook}`) }),
      );
      draw();
    },
  };
}

/** What is watched over. @param {Context} context */
function rules({ t }) {
  const names = [
    'no_success',
    'consecutive_failures',
    'error_rate',
    'circuit_open',
    'header_drift',
    'held_rows',
    'mass_change',
    'mass_disappearance',
    'lease_stuck',
  ];
  const items = names.map((name) => [
    h('dt', null, t(`alert.${name}.name`)),
    h('dd', null, t(`alert.${name}.what`)),
  ]);
  return h(
    'details',
    { class: 'card' },
    h('summary', null, t('alerts.rules')),
    h('dl', { class: 'rules' }, items.flat()),
  );
}
