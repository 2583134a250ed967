// Vercel: the built folder behind a stand-in of the platform's routing, in a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./vercel/platform.js', import.meta.url));

/** @type {import('../driver.js').Driver} */
export const vercel = { name: 'Vercel', platform: 'vercel', start: startVercel };

/**
 * @param {import('../driver.js').Deployment & { maxSeconds?: number }} options `maxSeconds`:
 *   instead of vercel.json's maxDuration
 */
export async function startVercel({ folder, environment, maxSeconds }) {
  const { crons } = JSON.parse(await readFile(join(folder, 'vercel.json'), 'utf8'));
  const args = maxSeconds === undefined ? [folder] : [folder, String(maxSeconds)];
  const child = fork(PROGRAM, args, { env: environment, silent: true });
  let log = '';
  const write = (/** @type {unknown} */ chunk) => void (log += chunk);
  child.stdout?.on('data', write);
  child.stderr?.on('data', write);
  const exited = once(child, 'exit');
  const [url] = await Promise.race([once(child, 'message'), exited]);
  if (typeof url !== 'string') throw new Error(`the platform did not start: ${log}`);
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return {
    url,
    log: () => log,
    /** The cron's call, as vercel.json has it; answered before the work is over. */
    async tick() {
      const headers = {
        authorization: `Bearer ${environment.CRON_SECRET}`,
        'user-agent': 'vercel-cron/1.0',
      };
      const response = await fetch(url + crons[0].path, { headers });
      if (!response.ok) throw new Error(`the cron's call was answered ${response.status}`);
    },
    kill,
    stop: kill,
  };
}
