// What the Vercel bundle starts from.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import page from 'listing-sync:page';
import { createFunction } from '../adapters/vercel.js';

export default createFunction({ core, mappings, page, environment: process.env });
