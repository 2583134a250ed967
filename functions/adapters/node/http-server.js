// The server library, by itself: it loads much of Node, and is loaded when it is needed.
export { createAdaptorServer } from '@hono/node-server';
