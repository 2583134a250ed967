// Google Cloud functions: the built folder inside the real functions framework, a process for the
// function that answers HTTP and one for the function that takes the topic's events.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startOnFreePort } from '../../../infra/local/backend/free-port.js';
import { waitUntil } from '../../../infra/local/backend/wait-until.js';
import { endWithUs } from './end-with-us.js';

const library = createRequire(import.meta.url).resolve('@google-cloud/functions-framework');
const PROGRAM = join(dirname(library), 'main.js');

/** As Eventarc delivers the message that Cloud Scheduler published. */
const EVENT = {
  'content-type': 'application/json',
  'ce-id': '1',
  'ce-specversion': '1.0',
  'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
  'ce-source': '//pubsub.googleapis.com/projects/p/topics/listing-sync-tick',
};
const MESSAGE = JSON.stringify({ message: { data: 'dGljaw==', messageId: '1' } });

/** @type {import('../driver.js').Driver} */
export const gcp = {
  name: 'Google Cloud functions',
  platform: 'gcp',
  start: startGcp,
  needsTicks: true,
};

/**
 * @param {import('../driver.js').Deployment & { knowsItself?: boolean }} options
 *   `knowsItself`: with SYNC_SELF_URL
 */
export async function startGcp({ folder, environment, knowsItself = false }) {
  const api = await startFunction(folder, 'api', 'http', (url) =>
    knowsItself ? { ...environment, SYNC_SELF_URL: url } : environment,
  );
  const scheduled = await startFunction(folder, 'scheduled', 'cloudevent', () => environment);
  const kill = async () => {
    await Promise.all([api.kill(), scheduled.kill()]);
  };
  return {
    url: api.url,
    log: () => api.log() + scheduled.log(),
    /** The topic's event; answered when the work is over. */
    async tick() {
      const init = { method: 'POST', headers: EVENT, body: MESSAGE };
      const response = await fetch(scheduled.url, init);
      if (!response.ok) throw new Error(`the event was answered ${response.status}`);
    },
    kill,
    stop: kill,
  };
}

/**
 * @param {string} folder
 * @param {string} target
 * @param {'http' | 'cloudevent'} type
 * @param {(url: string) => Record<string, string>} environment by its address
 */
function startFunction(folder, target, type, environment) {
  return startOnFreePort(async (port) => {
    const url = `http://127.0.0.1:${port}`;
    const given = { FUNCTION_TARGET: target, FUNCTION_SIGNATURE_TYPE: type, PORT: String(port) };
    const env = { ...environment(url), ...given, NODE_ENV: 'production' };
    const child = spawn(process.execPath, [PROGRAM], { env, cwd: folder });
    endWithUs(child);
    let log = '';
    const write = (/** @type {unknown} */ chunk) => void (log += chunk);
    child.stdout.on('data', write);
    child.stderr.on('data', write);
    const exited = once(child, 'exit');
    const isUp = () => child.exitCode !== null || isListening(url);
    await waitUntil(isUp, { what: `the framework serves ${target}`, intervalMs: 20 });
    if (log.includes('EADDRINUSE')) return 'port_taken';
    if (child.exitCode !== null) throw new Error(`the framework ended: ${log}`);
    const kill = async () => {
      child.kill('SIGKILL');
      await exited;
    };
    return { url, log: () => log, kill };
  });
}

/** @param {string} url */
async function isListening(url) {
  try {
    await fetch(`${url}/robots.txt`);
    return true;
  } catch {
    return false;
  }
}
