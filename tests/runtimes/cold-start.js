// How long a runtime takes from a built bundle to a core that answers, in a fresh process: printed
// for each by `node tests/runtimes/cold-start.js`. Its own start is not counted.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { Miniflare } from 'miniflare';
import { buildBundle } from './built.js';
import { denoProgram } from './drivers/deno.js';

const run = promisify(execFile);
const PROBE = fileURLToPath(new URL('./cold-start/probe.js', import.meta.url));
const PROCESSES = 21;
