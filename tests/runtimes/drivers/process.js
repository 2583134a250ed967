// A runtime that is a process with a port of its own choosing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitUntil } from '../../../infra/local/backend/wait-until.js';
import { endWithUs } from './end-with-us.js';

/**
 * Settles when it listens. It inherits nothing.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd: string, env: Record<string, string>, listening: RegExp, prefix?: string }} options
 *   `listening`: how it tells its port
 */
export async function spawnServer(program, args, { cwd, env, listening, prefix = '' }) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  endWithUs(child);
  const exited = once(child, 'exit');
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => void (log += chunk));
  }
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  try {
    const isUp = () => child.exitCode !== null || listening.test(log);
    await waitUntil(isUp, { what: 'the process listens' });
    const port = listening.exec(log)?.[1];
    if (port === undefined) throw new Error(`the process ended: ${log}`);
    return { url: `http://127.0.0.1:${port}${prefix}`, log: () => log, kill, stop: kill };
  } catch (error) {
    await kill();
    throw error;
  }
}
