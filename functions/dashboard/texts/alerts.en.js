// English texts of the alerts: rules, their delivery, the view. The same keys as alerts.ja.js.

/** @type {Record<string, import('../i18n.js').Text>} */
export default {
  'alerts.intro':
    'Listing Sync watches over itself and reports what needs somebody: once when it begins, again at growing intervals, and once when it is over.',
  'alerts.open': 'Open',
  'alerts.none-open': 'No alert is open.',
  'alerts.past': 'Past alerts',
  'alerts.none-past': 'There have been no alerts yet.',
  'alerts.since': 'since',
  'alerts.reminded': { one: 'reminded once, {ago}', other: 'reminded {n} times, last {ago}' },
  'alerts.facts': 'Facts',
  'alerts.rule': 'Alert',
  'alerts.opened': 'Opened',
  'alerts.resolved': 'Resolved',
  'alerts.delivered': 'Delivery',
  'alerts.delivery': 'Delivery',
  'alerts.no-webhook':
    'No webhook is configured, so alerts are shown here only. Your engineer can set SYNC_ALERT_WEBHOOK_URL.',
  'alerts.webhook': 'Alerts are sent to {format}.',
  'alerts.test': 'Send a test alert',
  'alerts.testing': 'Sending …',
  'alerts.arrived': 'The test alert was accepted by {format}.',
  'alerts.rules': 'What is watched over',

  'delivery.none': 'shown here only',
  'delivery.pending': {
    one: 'not delivered yet ({n} attempt)',
    other: 'not delivered yet ({n} attempts)',
  },
  'delivery.delivered': 'delivered',
  'webhook.generic': 'a webhook',
  'webhook.slack': 'Slack',
  'webhook.teams': 'Microsoft Teams',
  'webhook.google-chat': 'Google Chat',
  'severity.critical': 'Critical',
  'severity.warning': 'Warning',

  'alert.no_success.name': 'No successful sync',
  'alert.no_success.what':
    'No full sync has succeeded for too long. The website may be out of date.',
  'alert.no_success.do':
    'Start a sync from the first view. If it succeeds, the scheduler stands still; if not, its cause says what to do.',
  'alert.consecutive_failures.name': 'Syncs fail',
  'alert.consecutive_failures.what': 'Several full syncs in a row have failed.',
  'alert.consecutive_failures.do': 'Look at the cause of the last run in the history.',
  'alert.error_rate.name': 'Many rows are held',
  'alert.error_rate.what': 'An unusually large part of the rows could not be taken over.',
  'alert.error_rate.do':
    'Look at the held rows, grouped by cause: mostly one column has a new notation.',
  'alert.circuit_open.name': 'A connection is interrupted',
  'alert.circuit_open.what':
    'Google Sheets or the database has failed again and again, so syncing pauses.',
  'alert.circuit_open.do': 'It goes on by itself. If it lasts, tell your engineer.',
  'alert.header_drift.name': 'The headers have changed',
  'alert.header_drift.what':
    'A header the sync needs is missing in the sheet or stands there twice.',
  'alert.header_drift.do': 'Rename the header back, or tell your engineer the new name.',
  'alert.held_rows.name': 'Many entries to review',
  'alert.held_rows.what': 'More entries are held for review than agreed.',
  'alert.held_rows.do': 'Correct them in the sheet, or ignore those that are meant to be so.',
  'alert.mass_change.name': 'Very many rows changed at once',
  'alert.mass_change.what': 'One sync has changed an unusually large part of the listings.',
  'alert.mass_change.do':
    'If that was on purpose, all is well. If not, restore the sheet from its version history and sync again.',
  'alert.mass_disappearance.name': 'Very many rows have disappeared',
  'alert.mass_disappearance.what': 'The sheet has far fewer rows than before.',
  'alert.mass_disappearance.do':
    'Has somebody filtered, moved or deleted rows? The sheet’s version history brings them back. The website keeps the listings.',
  'alert.lease_stuck.name': 'A sync hangs',
  'alert.lease_stuck.what': 'A sync holds its place but does not get on.',
  'alert.lease_stuck.do': 'Mostly it goes on by itself after a minute. If not, use “Force”.',

  // With the numbers of one alert.
  'alert.no_success.now':
    'No full sync has succeeded for {minutes} minutes. The website may be out of date.',
  'alert.consecutive_failures.now': 'The last {failures} full syncs have failed.',
  'alert.error_rate.now': '{failed} of {rows} rows ({percent} %) could not be taken over.',
  'alert.circuit_open.now':
    '{target} has failed again and again for {minutes} minutes, so syncing pauses.',
  'alert.held_rows.now': '{held} entries are held for review; {limit} were agreed.',
  'alert.mass_change.now': 'One sync has changed {updated} of {rows} listings ({percent} %).',
  'alert.mass_disappearance.now':
    '{gone} of {rowsBefore} rows have disappeared from the sheet ({percent} %).',
  'alert.lease_stuck.now': 'A sync has held its place for {minutes} minutes but does not get on.',
};
