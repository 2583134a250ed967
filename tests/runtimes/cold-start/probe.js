// Runs in a fresh process of Node or Deno: loads a bundle, does what starts it, and tells in
// milliseconds how long it took until the core's first instance was there (Times of
// ../cold-start.js; the process's own start is not counted).
// `probe.js <the bundle> <platform>`

const { Deno } = /** @type {{ Deno?: any }} */ (/** @type {unknown} */ (globalThis));
const [file, platform] = Deno?.args ?? process.argv.slice(2);
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

let begun = 0;
let evaluated = 0;
let compiled = 0;

WebAssembly.Module = timed(WebAssembly.Module, (ms, entered) => {
  evaluated ||= entered - begun; // Node's server compiles before anything else
  compiled = ms;
});
WebAssembly.Instance = timed(WebAssembly.Instance, (ms) => {
  const ready = performance.now() - begun;
  console.log(JSON.stringify({ loaded: evaluated + compiled + ms, ready }));
  (Deno ?? process).exit();
});

/**
 * @template {new (...given: any[]) => object} T
 * @param {T} type
 * @param {(ms: number, entered: number) => void} tell
 * @returns {T}
 */
function timed(type, tell) {
  return new Proxy(type, {
    construct(target, given) {
      const entered = performance.now();
      const made = Reflect.construct(target, given);
      tell(performance.now() - entered, entered);
      return made;
    },
  });
}

begun = performance.now();
const bundle = await import(file);
evaluated ||= performance.now() - begun;
STARTS[platform](bundle);
