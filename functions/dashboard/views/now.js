// The first view: is all well, what is going on, what can be done.
import { isAbort } from '../api.js';
import { explainCause } from '../causes.js';
import { fill, h, setText } from '../dom.js';
import { icon } from '../icons.js';
import { badge, emptyState } from '../widgets.js';
import { createActions } from './actions.js';
import { alertSentence } from './alert-texts.js';
import { ledger } from './ledger.js';
import { overallOf } from './overall.js';
import { createProgress } from './progress.js';
import { kindOfRun } from './run-kinds.js';

/** @typedef {import('../context.js').Context} Context */

const ALERTS_SHOWN = 5;
/** @type {Record<string, import('../icons.js').Kind>} */
const CIRCUIT_KINDS = { closed: 'good', open: 'bad', 'half-open': 'warn', half_open: 'warn' };

/** @param {Context} context @returns {import('../context.js').View} */
export function createNowView(context) {
  const { t, facts } = context;
  const overall = createOverall(context);
  const running = createRunning(context);
  const actions = createActions(context);
  const cards = {
    last: card(t('now.last')),
    held: card(t('now.held')),
    circuits: card(t('now.circuits')),
    alerts: card(t('now.alerts')),
  };
  cards.alerts.element.hidden = true;
  /** @type {any} */
  let drawn = null;
  let leave = () => {};

  function draw() {
    const { health } = facts;
    overall.show(health, facts.running);
    actions.draw();
    const { running: open } = facts;
    running.show(open?.syncId === actions.syncId() ? null : open);
    if (health === drawn || health === null || health.status === 'unknown') return;
    drawn = health;
    fill(cards.last.body, lastRun(health, context));
    fill(cards.held.body, held(health, context));
    fill(cards.circuits.body, circuits(health, context));
    drawAlerts(health.alertsOpen ?? 0);
  }

  /** @param {number} n */
  async function drawAlerts(n) {
    cards.alerts.element.hidden = n === 0;
    if (n === 0) return;
    try {
      const { alerts } = await context.api.get(`/alerts?state=open&limit=${ALERTS_SHOWN}`, {
        conditional: true,
      });
      fill(cards.alerts.body, openAlerts(alerts, n, context));
    } catch (error) {
      if (!isAbort(error)) fill(cards.alerts.body, h('p', null, context.problemText(error)));
    }
  }

  const side = h('div', { class: 'column' }, actions.element, cards.circuits.element);
  const main = h('div', { class: 'column' }, cards.last.element, cards.held.element);
  return {
    element: h(
      'div',
      { class: 'view now' },
      h('h1', { class: 'visually-hidden' }, t('nav.now')),
      overall.element,
      cards.alerts.element,
      running.element,
      h('div', { class: 'columns' }, side, main),
    ),
    title: () => t('nav.now'),
    show() {
      leave();
      leave = facts.subscribe(draw);
      const renew = setInterval(draw, 10_000); // "2 minutes ago" becomes three
      const unsubscribe = leave;
      leave = () => (unsubscribe(), clearInterval(renew));
      draw();
    },
    hide() {
      leave();
      leave = () => {};
    },
  };
}

/** @param {string} title */
function card(title) {
  const body = h('div', { class: 'card-body' });
  const element = h('section', { class: 'card' }, h('h2', null, title), body);
  return { element, body };
}

/** @param {Context} context */
function createOverall(context) {
  const { t } = context;
  const sign = h('span', { class: 'overall-sign' });
  const sentence = h('p', { class: 'sentence', role: 'status' });
  const todo = h('div', { class: 'overall-todo' });
  const element = h(
    'section',
    { class: 'overall idle', 'aria-label': t('overall.label') },
    sign,
    h('div', null, sentence, todo),
  );
  return {
    element,
    /** @param {any} health @param {any} running */
    show(health, running) {
      const { problem } = context.facts;
      /** @type {import('./overall.js').Overall} */
      const state =
        health === null && problem !== null
          ? { kind: 'bad', sentence: context.problemText(problem), todo: [t('page.trying-again')] }
          : overallOf(health, running !== null, context);
      const { kind, sentence: text, todo: lines } = state;
      const isNew = element.className !== `overall ${kind}`;
      element.className = `overall ${kind}`;
      if (isNew || sign.childElementCount === 0) fill(sign, icon(kind));
      setText(sentence, text);
      if (lines.join() !== [...todo.children].map((line) => line.textContent).join()) {
        fill(
          todo,
          lines.map((line) => h('p', null, line)),
        );
      }
    },
  };
}

/** @param {Context} context */
function createRunning(context) {
  const { t } = context;
  const title = h('h2', { id: 'running-title' });
  const place = h('div', null);
  const link = h('a', { href: '#/history' }, t('actions.details'));
  const element = h(
    'section',
    { class: 'card running', hidden: true, 'aria-labelledby': 'running-title' },
    h('div', { class: 'card-head' }, title, link),
    place,
  );
  let shown = '';
  let progress = createProgress(context);
  return {
    element,
    /** @param {any} status of the open run, null: there is none */
    show(status) {
      element.hidden = status === null;
      if (status === null) return;
      if (status.syncId !== shown) {
        shown = status.syncId;
        progress = createProgress(context);
        fill(place, progress.element);
        link.setAttribute('href', `#/history/${encodeURIComponent(status.syncId)}`);
        const kind = t(`kind.${status.kind}`);
        setText(title, t(status.dryRun ? 'now.trying' : 'now.running', { kind }));
      }
      progress.show(status);
    },
  };
}

/** @param {any} health @param {Context} context */
function lastRun({ lastEnded, lastSuccess }, context) {
  const { t, format } = context;
  if (!lastEnded) return emptyState(t('now.no-run'));
  const isSame = lastSuccess?.syncId === lastEnded.syncId;
  const stats = isSame ? lastSuccess.stats : null;
  const head = h(
    'p',
    { class: 'run-line' },
    badge(kindOfRun({ ...lastEnded, stats }), t(`status.${lastEnded.status}`)),
    ' ',
    t(`kind.${lastEnded.kind}`),
    ' · ',
    format.timeElement(lastEnded.completedAt),
    ' · ',
    h('a', { href: `#/history/${encodeURIComponent(lastEnded.syncId)}` }, t('actions.details')),
  );
  if (lastEnded.cause) {
    const { what, todo } = explainCause(lastEnded.cause.code, context);
    return [head, h('p', null, what, ' ', todo)];
  }
  if (isSame) return [head, ledger(stats, context)];
  if (!lastSuccess) return head;
  const full = h('h3', null, t('now.last-full'), ' ', format.timeElement(lastSuccess.completedAt));
  return [head, full, ledger(lastSuccess.stats, context)];
}

/** @param {any} health @param {Context} context */
function held({ heldOpen = 0, heldIgnored = 0, errorRate, lastSuccess }, { t, format }) {
  const figure = h(
    'p',
    { class: 'figure' },
    h('strong', null, format.number(heldOpen)),
    ' ',
    t('now.held-open', { n: heldOpen }),
  );
  const lines = [];
  if (heldIgnored > 0)
    lines.push(h('p', { class: 'muted' }, t('now.held-ignored', { n: heldIgnored })));
  if (errorRate > 0)
    lines.push(
      h('p', { class: 'muted' }, t('now.error-rate', { rate: format.percent(errorRate) })),
    );
  if (heldOpen > 0)
    lines.push(h('p', null, h('a', { class: 'button', href: '#/held' }, t('now.held-look'))));
  else if (lastSuccess) lines.push(h('p', { class: 'muted' }, t('now.held-none')));
  return [figure, ...lines];
}

/** @param {any} health @param {Context} context */
function circuits(
  { circuits: all = {}, queueSize = 0, intervalSeconds, avgSyncDuration },
  { t, has, format },
) {
  const rows = Object.entries(all).map(([target, { state, transitions }]) => {
    const last = transitions?.at(-1);
    const name = has(`target.${target}`) ? t(`target.${target}`) : target;
    const since =
      state !== 'closed' && last
        ? h('span', { class: 'muted' }, format.timeElement(new Date(last.atMs).toISOString()))
        : null;
    return h(
      'div',
      { class: 'fact' },
      h('dt', null, name),
      h('dd', null, badge(CIRCUIT_KINDS[state] ?? 'idle', t(`circuit.${state}`)), ' ', since),
    );
  });
  const fact = (/** @type {string} */ key, /** @type {string} */ value) =>
    h('div', { class: 'fact' }, h('dt', null, t(key)), h('dd', null, value));
  rows.push(fact('now.queue', t('now.queued', { n: queueSize })));
  if (intervalSeconds > 0)
    rows.push(
      fact('now.interval', t('now.every', { time: format.duration(intervalSeconds * 1000) })),
    );
  if (avgSyncDuration > 0) rows.push(fact('now.average', format.duration(avgSyncDuration * 1000)));
  return h('dl', { class: 'facts' }, rows);
}

/** @param {any[]} alerts @param {number} n @param {Context} context */
function openAlerts(alerts, n, context) {
  const { t, format } = context;
  const items = alerts.map((alert) => {
    const kind = alert.severity === 'critical' ? 'bad' : 'warn';
    const since = format.timeElement(alert.openedAt);
    return h(
      'li',
      null,
      badge(kind, t(`severity.${alert.severity}`)),
      ' ',
      alertSentence(alert, context),
      ' ',
      h('span', { class: 'muted' }, since),
    );
  });
  const more = h('a', { href: '#/alerts' }, t('now.alerts-all', { n }));
  return [h('ul', { class: 'plain-list' }, items), h('p', null, more)];
}
