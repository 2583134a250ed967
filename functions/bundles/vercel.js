// What the Vercel bundle starts from. The page is not in it: static files are the platform's own.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import { createFunction } from '../adapters/vercel.js';

export default createFunction({ core, mappings, environment: process.env });
