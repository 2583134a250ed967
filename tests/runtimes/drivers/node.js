// Node: dist/node as a process that has nothing but its folder.
import { spawnServer } from './process.js';

/** @type {import('../driver.js').Driver} */
export const node = {
  name: 'Node',
  platform: 'node',
  async start({ folder, environment }) {
    const server = await spawnServer(process.execPath, ['server.mjs'], {
      cwd: folder,
      env: { ...environment, PORT: '0' },
      listening: /"event":"listening".*"url":"http:\/\/localhost:(\d+)"/,
    });
    return { ...server, tick: () => tickByHttp(server.url, environment) };
  },
};

/**
 * Where the platform has no event of its own, its scheduler calls.
 * @param {string} url
 * @param {Record<string, string>} environment
 */
export async function tickByHttp(url, { CRON_SECRET: secret }) {
  const headers = { authorization: `Bearer ${secret}` };
  const response = await fetch(`${url}/api/sync/scheduled`, { method: 'POST', headers });
  if (!response.ok) throw new Error(`the tick was answered ${response.status}`);
}
