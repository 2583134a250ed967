// English texts of the shell and its views. The same keys as ja.js: a test holds that.

/** @type {Record<string, import('../i18n.js').Text>} */
export default {
  'page.title': 'Listing Sync',
  'page.skip': 'Skip to the content',
  'page.source': 'Source',
  'page.sign-out': 'Sign out',
  'page.to-dark': 'Switch to dark colours',
  'page.to-light': 'Switch to light colours',
  'page.away': '{why} What you see is the last that was known. This page keeps trying.',
  'page.trying-again': 'Trying again …',

  'nav.label': 'Views',
  'nav.now': 'Now',
  'nav.held': 'Held',
  'nav.history': 'History',
  'nav.alerts': 'Alerts',

  'common.loading': 'Loading …',
  'common.retry': 'Try again',
  'common.cancel': 'Cancel',
  'common.close': 'Close',
  'common.more': 'More',
  'common.none': 'none',
  'common.unknown': 'unknown',
  'common.number': '{n}',
  'common.show-all': { one: 'Show it', other: 'Show all {n} characters' },
  'common.whole-text': 'The whole text',

  'time.just-now': 'just now',

  'sign-in.title': 'Sign in',
  'sign-in.intro': 'See whether the website shows what the sheet says, and put it right.',
  'sign-in.token': 'Access token',
  'sign-in.token-hint': 'You get it from whoever set up Listing Sync. It is kept in this tab only.',
  'sign-in.elsewhere': 'Listing Sync runs at another address',
  'sign-in.address': 'Address of the function',
  'sign-in.address-hint': 'Leave it empty where this page comes from the function itself.',
  'sign-in.submit': 'Sign in',
  'sign-in.no-token': 'Please enter the access token.',
  'sign-in.bad-address': 'That is not an address that can be used: it begins with https://.',
  'sign-in.refused': 'This access token is not valid. Please check that it was copied in full.',
  'sign-in.forbidden':
    'This is the token of the scheduler. Please use the access token or the read token.',
  'sign-in.expired':
    'The access token is no longer accepted: it has probably been changed. Please sign in again.',
  'sign-in.not-there': 'There is no Listing Sync at this address.',

  'overall.label': 'Overall state',
  'overall.match': {
    one: 'The listing matches the sheet, checked {ago}.',
    other: 'All {n} listings match the sheet, checked {ago}.',
  },
  'overall.rows-held': {
    one: '{n} of {total} listings is held for review; the others match the sheet, checked {ago}.',
    other:
      '{n} of {total} listings are held for review; the others match the sheet, checked {ago}.',
  },
  'overall.rows-and-cells-held':
    '{n} of {total} listings and {cells} single cells are held for review; all else matches the sheet, checked {ago}.',
  'overall.cells-held': {
    one: '{n} cell is held for review; all else matches the sheet, checked {ago}.',
    other: '{n} cells are held for review; all else matches the sheet, checked {ago}.',
  },
  'overall.held-todo':
    'The website keeps their former values. Correct them in the sheet: the next sync takes them over by itself.',
  'overall.ignored': {
    one: '{n} entry is left out because it is ignored.',
    other: '{n} entries are left out because they are ignored.',
  },
  'overall.alerts': {
    one: 'An alert is open: see below.',
    other: '{n} alerts are open: see below.',
  },
  'overall.first-run': 'The first sync is under way.',
  'overall.first-run-todo': 'The listings appear on the website as it goes on.',
  'overall.unknown': 'The database cannot be reached at the moment.',
  'overall.unknown-harmless':
    'Nothing is lost: syncing goes on by itself as soon as the database is back.',
  'overall.as-of': 'The website shows the sheet as it was {ago}.',

  'reason.failing.what': 'The last {n} syncs have failed. The website is not up to date.',
  'reason.failing.do': 'Look at the cause of the last run.',
  'reason.never_succeeded.what': 'No sync has succeeded yet.',
  'reason.never_succeeded.do':
    'Mostly the sheet is not shared with the service account, or a header has another name.',
  'reason.silent.what': 'No sync has succeeded for a long time. The website is not up to date.',
  'reason.silent.do':
    'Start a sync here. If that works, the scheduler no longer calls: tell your engineer.',
  'reason.ticks_missed.what': 'The scheduler does not call: nothing is synced by itself.',
  'reason.ticks_missed.do':
    'Start a sync here, and tell your engineer that the scheduler stands still.',
  'reason.never_run.what': 'There has been no sync yet.',
  'reason.never_run.do': 'Press “Sync now” to start the first.',
  'reason.last_run_failed.what': {
    one: 'The last sync has failed.',
    other: 'The last {n} syncs have failed.',
  },
  'reason.last_run_failed.do': 'If it was a short outage, the next sync repairs it by itself.',
  'reason.late.what': 'The last successful sync was longer ago than it should be.',
  'reason.late.do': 'Wait for the next one, or press “Sync now”.',
  'reason.many_errors.what': '{rate} of the rows are held for review.',
  'reason.many_errors.do':
    'Look at the held rows: if most have the same cause, one correction mends them all.',
  'reason.circuit_not_closed.what':
    'Google Sheets or the database failed again and again, so syncing pauses.',
  'reason.circuit_not_closed.do':
    'It goes on by itself as soon as an answer comes. “Force” tries at once.',

  'now.last': 'Last run',
  'now.last-full': 'Last full sync',
  'now.no-run': 'No run has ended yet.',
  'now.held': 'Held for review',
  'now.held-open': { one: 'entry is open', other: 'entries are open' },
  'now.held-ignored': { one: '{n} entry is ignored.', other: '{n} entries are ignored.' },
  'now.held-none': 'Everything in the sheet could be taken over.',
  'now.held-look': 'Look at them',
  'now.error-rate': '{rate} of the rows of the last full sync',
  'now.circuits': 'Connections and queue',
  'now.queue': 'Waiting',
  'now.queued': { one: '{n} run', other: '{n} runs' },
  'now.interval': 'Schedule',
  'now.every': 'every {time}',
  'now.average': 'A sync takes about',
  'now.alerts': 'Open alerts',
  'now.alerts-all': { one: 'To the alert', other: 'All {n} alerts' },
  'now.running': 'Sync under way: {kind}',
  'now.trying': 'Dry run under way: {kind}',

  'progress.label': 'Progress',
  'progress.queued': 'Waiting until the run before it has ended.',
  'progress.reading': 'Reading the sheet …',
  'progress.rows': { one: '{done} of {n} row', other: '{done} of {n} rows' },
  'progress.rate': { one: '{n} row per second', other: '{n} rows per second' },
  'progress.left': 'about {time} left',

  'ledger.inserted': 'added',
  'ledger.updated': 'changed',
  'ledger.unchanged': 'unchanged',
  'ledger.failed': 'held rows',
  'ledger.skipped': 'skipped',
  'ledger.heldCells': 'held cells',
  'ledger.dry-run': 'Dry run: this is what would happen. Nothing was written.',

  'status.queued': 'Waiting',
  'status.in_progress': 'Running',
  'status.completed': 'Completed',
  'status.failed': 'Failed',
  'status.cancelled': 'Cancelled',
  'status.superseded': 'Replaced',
  'kind.full': 'whole sheet',
  'kind.selective': 'selected numbers',
  'trigger.manual': 'by hand',
  'trigger.scheduled': 'by schedule',
  'trigger.library': 'by a program',
  'trigger.retry': 'retry',

  'target.sheets': 'Google Sheets',
  'target.database': 'Database',
  'circuit.closed': 'Working',
  'circuit.open': 'Pausing after errors',
  'circuit.half-open': 'Being tried',
  'circuit.half_open': 'Being tried',

  'actions.title': 'Sync',
  'actions.sync': 'Sync now',
  'actions.dry-run': 'Dry run',
  'actions.dry-run-hint': 'A dry run reports what would happen and writes nothing.',
  'actions.force': 'Force …',
  'actions.numbers': 'Sync single listings',
  'actions.numbers-label': 'Property numbers',
  'actions.numbers-hint': 'One or many, separated by spaces, commas or lines.',
  'actions.numbers-count': { one: '{n} number', other: '{n} numbers' },
  'actions.numbers-sync': 'Sync these',
  'actions.numbers-dry-run': 'Dry run of these',
  'actions.numbers-none': 'Please enter at least one property number.',
  'actions.numbers-too-many': 'These are {n} numbers; at most {max} can be synced at once.',
  'actions.numbers-too-long': {
    one: 'This is no property number (longer than 64 characters): {first} …',
    other: '{n} entries are no property numbers (longer than 64 characters), such as {first} …',
  },
  'actions.read-only':
    'You are signed in with the read token: you can look at everything but start nothing.',
  'actions.of-all': 'whole sheet',
  'actions.of-numbers': { one: '{n} listing', other: '{n} listings' },
  'actions.syncing': 'Sync: {what}',
  'actions.trying': 'Dry run: {what}',
  'actions.details': 'Details',
  'actions.ended-well': 'The run has ended ({what}).',
  'actions.ended-badly': 'The run has not succeeded ({what}).',

  'force.title': 'Force a new sync?',
  'force.cancels': 'The run under way is cancelled. What it has written already stays.',
  'force.circuit':
    'Pauses after errors are not waited for: Google Sheets and the database are tried at once.',
  'force.when':
    'Use it when a sync hangs behind something that has just been repaired. Otherwise “Sync now” is enough.',
  'force.action': 'Force the sync',

  'problem.unreachable': 'The server does not answer.',
  'problem.unreadable': 'The answer came from something else than Listing Sync.',
  'problem.unexpected': 'Something unexpected went wrong in this page. Please reload it.',
  'problem.other': 'That did not work ({code}).',
  'problem.unauthorized': 'The access token is not accepted.',
  'problem.forbidden': 'The read token can only look: this needs the access token.',
  'problem.force_too_soon': {
    one: 'A sync was forced less than a minute ago. Please try again in {n} second.',
    other: 'A sync was forced less than a minute ago. Please try again in {n} seconds.',
  },
  'problem.queue_full': 'Too many runs are waiting already. Please wait until some have ended.',
  'problem.database_unavailable':
    'The database cannot be reached at the moment. Please try again a little later.',
  'problem.not_configured': 'Listing Sync is not set up completely: its log says what is missing.',
  'problem.not_started': 'Listing Sync could not be started: its log says why.',
  'problem.not_found': 'There is no such thing here.',
  'problem.unknown_run': 'There is no such run. Old runs are deleted after some time.',
  'problem.unknown_source': 'This source is not registered in the database yet.',
  'problem.nothing_to_retry': 'None of these entries is open any more.',
  'problem.alerts_not_configured': 'No webhook is configured, so alerts are not sent anywhere.',
  'problem.alert_not_delivered':
    'The test alert did not arrive: the webhook refused it or did not answer.',
};
