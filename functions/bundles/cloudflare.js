// What the Worker starts from.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import page from 'listing-sync:page';
import { createWorker } from '../adapters/cloudflare.js';

export default createWorker({ core, mappings, page });
