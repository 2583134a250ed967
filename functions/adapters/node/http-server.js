// The server library, by itself: it loads much of Node (http, all of fetch), which is why it comes
// after everything that can go wrong.
export { createAdaptorServer } from '@hono/node-server';
