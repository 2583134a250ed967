// `listing-sync resolve`: marks held entries as dealt with.
import { createReview } from '../review.js';

export const { usage, run } = createReview(
  'resolve',
  'Marks held entries as dealt with. They come back when a run holds them again.',
);
