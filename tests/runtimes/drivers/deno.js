// Deno: the function of dist/supabase as Edge Functions run it, with no more rights than it needs.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tickByHttp } from './node.js';
import { spawnServer } from './process.js';

/** The program: of DENO_BIN, of the package made for this machine, or as the shell finds it. */
export function findDeno() {
  if (process.env.DENO_BIN) return process.env.DENO_BIN;
  const { resolve } = createRequire(import.meta.url);
  try {
    return resolve('@deno/linux-x64-glibc/deno');
  } catch {
    return 'deno';
  }
}

const FUNCTION = 'supabase/functions/listing-sync/index.js';
/** Puts a stand-in of the platform's EdgeRuntime in its place, which tells what it is given. */
const EDGE_RUNTIME = fileURLToPath(new URL('./deno/edge-runtime.js', import.meta.url));

/**
 * @param {{ isSupabase: boolean }} options without it: plain Deno
 * @returns {import('../driver.js').Driver}
 */
export function createDeno({ isSupabase }) {
  return {
    name: isSupabase ? 'Supabase Edge Functions (Deno)' : 'plain Deno',
    platform: 'supabase',
    async start({ folder, environment }) {
      const preload = isSupabase ? [`--preload=${EDGE_RUNTIME}`] : [];
      const rights = ['--no-prompt', '--allow-env', '--allow-net=127.0.0.1'];
      const offline = ['--no-config', '--no-lock', '--no-remote', '--no-npm'];
      const server = await spawnServer(
        findDeno(),
        ['run', ...rights, ...offline, ...preload, FUNCTION],
        {
          cwd: folder,
          env: {
            ...environment,
            DENO_DIR: join(folder, '../deno-cache'),
            DENO_NO_UPDATE_CHECK: '1',
            DENO_SERVE_ADDRESS: 'tcp:127.0.0.1:0',
          },
          listening: /Listening on http:\/\/127\.0\.0\.1:(\d+)/,
          prefix: '/listing-sync',
        },
      );
      return { ...server, tick: () => tickByHttp(server.url, environment) };
    },
  };
}
