// `listing-sync reopen`: takes ignore or resolve back.
import { createReview } from '../review.js';

export const { usage, run } = createReview(
  'reopen',
  'Takes `ignore` or `resolve` back. Their ids: `listing-sync errors --state ignored`.',
);
