// What the bundle of Google Cloud functions starts from: `--entry-point` names one of the two.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import { createFunctions } from '../adapters/gcp.js';

export const { api, scheduled } = createFunctions({
  core,
  mappings,
  loadPage: () => import('listing-sync:page'),
  environment: process.env,
});
