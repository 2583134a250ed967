// The built Node server as a process.
import { node } from './drivers/node.js';
import { behaves } from './suite.js';

behaves(node);
