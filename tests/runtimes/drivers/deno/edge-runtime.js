// A stand-in of what Supabase adds to Deno. There, a worker whose requests are answered is ended
// unless something was given to waitUntil.

/** @param {Promise<unknown>} work */
async function waitUntil(work) {
  console.log('EdgeRuntime: waiting');
  await work;
  console.log('EdgeRuntime: done');
}

Object.assign(globalThis, { EdgeRuntime: { waitUntil } });
