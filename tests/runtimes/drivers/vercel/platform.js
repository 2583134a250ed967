// Vercel around the function: static files with the headers of vercel.json, its rewrites, the
// request context with waitUntil and a deadline, a web handler. `node platform.js FOLDER [SECONDS]`; the address is told by IPC.
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';

const [folder, maxSeconds] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(join(folder, 'vercel.json'), 'utf8'));
const { functions, rewrites, headers: rules, outputDirectory } = settings;
/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
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

/**
 * Files come before rewrites.
 * @param {URL} url
 * @returns {Response | null}
 */
function staticFile({ pathname }) {
  const file = join(folder, outputDirectory, pathname === '/' ? 'index.html' : pathname);
  if (!existsSync(file)) return null;
  const headers = new Headers({ 'content-type': TYPES[extname(file)] ?? 'text/plain' });
  for (const { source, headers: more } of rules) {
    if (!new RegExp(`^${source}$`).test(pathname)) continue;
    for (const { key, value } of more) headers.set(key, value);
  }
  return new Response(readFileSync(file), { headers });
}

/** @param {Request} request */
async function handle(request) {
  const url = new URL(request.url);
  const found = staticFile(url);
  if (found !== null) return found;
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
