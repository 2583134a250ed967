// The built folder behind the rewrites, the cron and the request context of Vercel.
import { vercel } from './drivers/vercel.js';
import { behaves } from './suite.js';

behaves(vercel);
