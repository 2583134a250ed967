// The built folder in the real functions framework: HTTP, and events of a topic.
import { gcp } from './drivers/gcp.js';
import { behaves } from './suite.js';

behaves(gcp);
