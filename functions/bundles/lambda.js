// What the Lambda bundle starts from.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import page from 'listing-sync:page';
import { createHandler } from '../adapters/lambda.js';

export const handler = createHandler({ core, mappings, page, environment: process.env });
