// Vercel around the function: the rewrites of vercel.json, the request context with waitUntil and a
// deadline, a web handler. `node platform.js FOLDER [SECONDS]`; the address is told by IPC.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';

const [folder, maxSeconds] = process.argv.slice(2);
const { functions, rewrites } = JSON.parse(readFileSync(join(folder, 'vercel.json'), 'utf8'));
/** @type {AsyncLocalStorage<{ deadline: number, waitUntil: (work: Promise<unknown>) => void }>} */
const contexts = new AsyncLocalStorage();
Reflect.set(globalThis, Symbol.for('@vercel/request-context'), { get: () => contexts.getStore() });
/**
 * The path as the browser asked for it stays; what the pattern matched is appended to its query.
 * @param {URL} url
 * @returns {string | null} the function's file
 */
function route(url) {
  for (const { source, destination } of rewrites) {
    const name = /:(\w+)\*$/.exec(source)?.[1] ?? '';
    const prefix = source.slice(0, source.lastIndexOf('/:') + 1);
    if (!name || !url.pathname.startsWith(prefix)) continue;
    url.searchParams.append(name, url.pathname.slice(prefix.length));
    return `${destination.slice(1)}.js`;
  }
  return null;
}

/** @param {Request} request */
async function handle(request) {
  const url = new URL(request.url);
  const file = route(url);
  if (file === null) return new Response('NOT_FOUND', { status: 404 });
  const module = await import(pathToFileURL(join(folder, file)).href);
  const deadline = Date.now() + Number(maxSeconds ?? functions[file].maxDuration) * 1000;
  const waitUntil = (/** @type {Promise<unknown>} */ work) => void work.catch(console.error);
  return contexts.run({ deadline, waitUntil }, () =>
    module.default.fetch(new Request(url, request)),
  );
}

const server = createAdaptorServer({ fetch: handle });
await once(server.listen(0, '127.0.0.1'), 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
process.on('disconnect', () => process.exit());
process.send?.(`http://127.0.0.1:${port}`);
