// What the Lambda bundle starts from.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import { createHandler } from '../adapters/lambda.js';

export const handler = createHandler({
  core,
  mappings,
  loadPage: () => import('listing-sync:page'),
  environment: process.env,
});
