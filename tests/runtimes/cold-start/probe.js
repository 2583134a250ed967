// Runs in a fresh process of Node or Deno: loads a bundle, does what starts it, and tells in
// milliseconds how long it took until the core's first instance was there (Times of
// ../cold-start.js; the process's own start is not counted).
// `probe.js <the bundle> <platform> <clock>`

const { Deno } = /** @type {{ Deno?: any }} */ (/** @type {unknown} */ (globalThis));
const [file, platform, clock] = Deno?.args ?? process.argv.slice(2);
/** Platforms have made one before they load anything. */
const request = new Request('https://function/api/sync/health');

/** @type {((request: Request) => unknown) | undefined} */
let serve;
if (Deno) Deno.serve = (/** @type {typeof serve} */ handler) => void (serve = handler);

/** What begins work on each platform; Node's server begins by itself. */
const STARTS = /** @type {Record<string, (bundle: any) => unknown>} */ ({
  node: () => undefined,
  lambda: ({ handler }) =>
    handler({ source: 'aws.scheduler' }, { getRemainingTimeInMillis: () => 60_000 }),
  gcp: ({ scheduled }) => scheduled({}),
  vercel: ({ default: { fetch } }) => fetch(request),
  supabase: () => serve?.(request),
});

/** Of processor time there is none to wait for: on a busy machine it still tells what we do. */
const now = clock === 'cpu' ? cpuMs : () => performance.now();

let begun = 0;
let evaluated = 0;
let compiled = 0;

WebAssembly.Module = timed(WebAssembly.Module, (ms, entered) => {
  evaluated ||= entered - begun; // Node's server compiles before anything else
  compiled = ms;
});
WebAssembly.Instance = timed(WebAssembly.Instance, (ms) => {
  const ready = now() - begun;
  console.log(JSON.stringify({ loaded: evaluated + compiled + ms, ready }));
  (Deno ?? process).exit();
});

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * @template {new (...given: any[]) => object} T
 * @param {T} type
 * @param {(ms: number, entered: number) => void} tell
 * @returns {T}
 */
function timed(type, tell) {
  return new Proxy(type, {
    construct(target, given) {
      const entered = now();
      const made = Reflect.construct(target, given);
      tell(now() - entered, entered);
      return made;
    },
  });
}

begun = now();
const bundle = await import(file);
evaluated ||= now() - begun;
STARTS[platform](bundle);
