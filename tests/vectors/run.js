// `npm run vectors -- FILE`: any table of the form of cells.tsv through the wasm; ends with one
// line of JSON.
import { readFileSync } from 'node:fs';
import { parseVectors, runVectors } from './table.js';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error(
    'usage: npm run vectors -- FILE   (a table of the form of tests/vectors/cells.tsv)',
  );
  process.exit(2);
}
try {
  const result = runVectors(parseVectors(readFileSync(file, 'utf8')));
  console.log(JSON.stringify(result));
  process.exitCode = result.failed.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
