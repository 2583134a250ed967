// People's clocks are wrong by hours now and then: what is told of the past is told all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runToEnd } from '../e2e/support.js';
import { openDashboard, startDashboardStack } from './support.js';

const stack = await startDashboardStack({ rows: 20, environment: { SYNC_INTERVAL: '5' } });
await runToEnd(stack);

for (const hours of [3, -3]) {
  test(`a browser whose clock is ${hours} hours off tells when the sheet was checked`, async (t) => {
    const { page } = await openDashboard(t, stack, { signIn: false });
    await page.clock.setSystemTime(Date.now() + hours * 3_600_000);
    await page.getByLabel('Access token').fill(stack.token);
    await page.keyboard.press('Enter');
    await page.locator('.overall .sentence', { hasText: 'checked' }).waitFor();
    const told = await page.locator('.overall .sentence, .run-line time').allTextContents();
    for (const text of told) assert.match(text, /just now|[12] minutes? ago/);
  });
}

test('a clock that is a minute late tells minutes, not the future', async (t) => {
  const { page } = await openDashboard(t, stack, { signIn: false });
  const old = new Date(Date.now() - 630_000);
  await stack.backend.sql`
    update sync_runs set started_at = ${old}, completed_at = ${old} where status = 'completed'`;
  await page.clock.setSystemTime(Date.now() - 60_000);
  await page.getByLabel('Access token').fill(stack.token);
  await page.keyboard.press('Enter');
  await page.locator('.run-line time', { hasText: '10 minutes ago' }).waitFor();
});
