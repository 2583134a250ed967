// `listing-sync ignore`: sets held entries aside until they change.
import { createReview } from '../review.js';

export const { usage, run } = createReview(
  'ignore',
  `Sets held entries aside: they count nowhere, until their cause, row or value changes in the
sheet. Nothing is written for them meanwhile.`,
);
