// The content of the built zip, invoked as Lambda invokes it: frozen between events.
import { lambda } from './drivers/lambda.js';
import { behaves } from './suite.js';

behaves(lambda);
