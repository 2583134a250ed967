// What the Worker starts from.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import { createWorker } from '../adapters/cloudflare.js';

export default createWorker({ core, mappings, loadPage: () => import('listing-sync:page') });
