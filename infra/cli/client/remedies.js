// What to do about each refusal of the function, by its code (docs/API.md).

const DOCTOR = '`npx listing-sync doctor` finds what is wrong';

/** @type {Record<string, string>} */
const REMEDIES = {
  unauthorized: 'set SYNC_API_TOKEN (or SYNC_READ_TOKEN) to the one the function has',
  forbidden: 'this token only reads: set SYNC_API_TOKEN',
  not_found: 'check --url and --source',
  method_not_allowed: 'the function is of another version: deploy this one',
  unknown_run: '`npx listing-sync history` lists the runs there are',
  unknown_source: `the source is not registered in the database: ${DOCTOR}`,
  database_unavailable: `wait for the database, or see whether it runs: ${DOCTOR}`,
  database_refused: DOCTOR,
  unexpected_answer: DOCTOR,
  not_configured: 'the log of the function names each variable that is missing or wrong',
  not_started: 'the log of the function says why',
  nothing_to_retry: '`npx listing-sync errors` lists what is held',
  alerts_not_configured: 'set SYNC_ALERT_WEBHOOK_URL where the function gets its variables',
  alert_not_delivered: 'check SYNC_ALERT_WEBHOOK_URL; the log of the function says more',
  force_too_soon: 'a forced run is possible once a minute',
  queue_full: 'wait until some of the waiting runs are done',
};

/**
 * @param {string} code
 * @param {string | null} retryAfter in seconds
 * @returns {string | undefined}
 */
export function remedyFor(code, retryAfter) {
  const remedy = Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : undefined;
  if (retryAfter === null || !/^\d{1,6}$/.test(retryAfter)) return remedy;
  const when = `try again in ${retryAfter} s`;
  return remedy === undefined ? when : `${remedy}; ${when}`;
}
