// `doctor` on clocks and on the schedule: each check shown passing and failing.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readConfiguration } from '../../functions/app/configuration.js';
import { createTargetsOf } from '../../functions/app/jobs.js';
import { checkClocks } from '../../infra/cli/doctor/clocks.js';
import { closedAddress } from '../functions/support.js';
import {
  assertFound,
  assertOk,
  assertSkipped,
  completeRun,
  setUp,
  startServices,
} from './doctor-support.js';

const services = await startServices();
const { backend } = services;
after(() => services.stop());

const PRELOAD = new URL('shifted-clock.js', import.meta.url).href;

/** @param {number} seconds */
const wrongBy = (seconds) => ({
  NODE_OPTIONS: `--import=${PRELOAD}`,
  CLOCK_SHIFT_MS: String(seconds * 1000),
});

test('a clock that is right passes', async () => {
  const { examine } = await setUp(services);
  assertOk(await examine(), 'clocks', /this machine, Google and the database agree within 5 s/);
});

test('a clock some seconds off is warned of, against both', async () => {
  const { environment, examine } = await setUp(services);
  Object.assign(environment, wrongBy(20));
  assertFound(await examine(), 'clocks', 'warning', [
    [/this machine is (19|20|21) s ahead of Google/, /NTP/],
    [/this machine is 20 s ahead of the database/, /NTP/],
  ]);
});

test('a clock minutes behind fails, though Google still gives a token', async () => {
  const { environment, examine } = await setUp(services);
  Object.assign(environment, wrongBy(-90));
  const diagnosis = await examine();
  assertOk(diagnosis, 'google_credentials', /a token for/);
  assertFound(diagnosis, 'clocks', 'failed', [
    [/this machine is (89|90|91) s behind Google/, /timedatectl set-ntp true/],
    [/this machine is 90 s behind the database/, /timedatectl set-ntp true/],
  ]);
});

test('a clock so wrong that Google gives no token is found to be the cause', async () => {
  const { environment, examine } = await setUp(services);
  Object.assign(environment, wrongBy(3600));
  environment.SUPABASE_URL = await closedAddress();
  const diagnosis = await examine();
  assertFound(diagnosis, 'google_credentials', 'failed', [
    [/invalid_grant.*clock of this machine is wrong/, /clock of this machine/],
  ]);
  assertFound(diagnosis, 'clocks', 'failed', [[/3600 s ahead of Google/, /NTP/]]);
});

test('where only the database answers, its clock alone is compared', async () => {
  const { environment, examine } = await setUp(services);
  environment.GOOGLE_SHEETS_ENDPOINT = await closedAddress();
  assertOk(await examine(), 'clocks', /right within 5 s; Google gave no time/);
});

test('where nobody answers, no clock is called right', async () => {
  const { environment, examine } = await setUp(services);
  environment.GOOGLE_SHEETS_ENDPOINT = await closedAddress();
  environment.SUPABASE_URL = await closedAddress();
  assertFound(await examine(), 'clocks', 'warning', [[/no clock to compare with/, /try again/]]);
});

test('an answer that took long is no wrong clock', async () => {
  const { environment } = await setUp(services);
  const configuration = await readConfiguration(environment);
  const targets = createTargetsOf(configuration);
  // Each question is looked at as if it had been sent 14 s before its answer came.
  let asked = 0;
  const now = () => Date.now() - (asked++ % 2 === 0 ? 14_000 : 0);
  const patient = { environment, mappingFiles: [], sources: [], configuration, targets, now };
  const findings = await checkClocks(patient);
  assert.deepEqual(
    findings.map(({ level }) => level),
    ['ok'],
  );
});

test('a full run that completed lately passes', async () => {
  const { name, examine } = await setUp(services);
  await completeRun(backend, name, { agoMinutes: 3 });
  assertOk(await examine(), 'schedule', /last completed 3 min ago/);
});

test('no run at all, as after a deployment', async () => {
  const { examine } = await setUp(services);
  assertFound(await examine(), 'schedule', 'warning', [
    [/no full run has completed yet|work has been due/, /scheduler call POST.*schedules\.md/],
  ]);
});

test('a last run older than three intervals, of the interval that is configured', async () => {
  const { name, environment, examine } = await setUp(services);
  await completeRun(backend, name, { agoMinutes: 40 });
  assertFound(await examine(), 'schedule', 'warning', [
    [/\d\d min/, /scheduler call POST.*docs\/deploy\/schedules\.md/],
  ]);
  environment.SYNC_INTERVAL = '15';
  assertOk(await examine(), 'schedule', /last completed 40 min ago/);
});

test('a source whose runs fail: since when, and why', async () => {
  const { name, environment, examine } = await setUp(services);
  environment.SYNC_INTERVAL = '5';
  await completeRun(backend, name, { agoMinutes: 40 });
  await backend.sql`
    insert into public.sync_runs (source, kind, trigger, status, mapping_hash, requested_at,
      started_at, completed_at, cause_code, cause_message)
    select ${name}, 'full', 'scheduled', 'failed', 'hash', at, at, at, 'header_missing',
      'header "価格" is not in row 1'
    from (select now() - interval '1 minute' as at) as t`;
  assertFound(await examine(), 'schedule', 'warning', [
    [/no full run has completed for 40 min; the last run: header "価格" is not/, /scheduler/],
  ]);
});

test('the schedule of a source that is not registered is not judged', async () => {
  const { examine } = await setUp(services, { registered: false });
  assertSkipped(await examine(), ['columns', 'grants', 'triggers', 'schedule']);
});
