// Stands in for the command-line tools of the clouds (`stand-in.js -- <tool> <its arguments>`) while
// a guide is followed: notes what it was given, with the content of the files that are named, and
// answers with what the guide goes on with. What is the project's own is really run.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [build, cli] = ['tools/build.mjs', 'cli/main.js'].map((file) =>
  fileURLToPath(new URL(`../../infra/${file}`, import.meta.url)),
);
const [name, ...args] = process.argv.slice(3);
const { GUIDE_LOG: log = '', GUIDE_URL: url = '' } = process.env;

const isFile = (/** @type {string} */ path) => existsSync(path) && statSync(path).isFile();
const files = args.map((arg) => arg.split('=').at(-1) ?? '').filter(isFile);
const contents = files.map((file) => readFileSync(file, 'utf8'));
const call = { name, args, contents, stdin: readFileSync(0, 'utf8') };
appendFileSync(log, `${JSON.stringify(call)}\n`);

/** @type {[RegExp, () => string][]} */
const ANSWERS = [
  [
    /^npm run build -- /,
    () => run(build, [...args.slice(3), '--out', join(process.cwd(), 'dist')]),
  ],
  [/^npx listing-sync /, () => run(cli, args.slice(1))],
  [/^openssl rand -hex 32$/, () => randomBytes(32).toString('hex')],
  [/^aws cloudformation describe-stacks .*'Url'/, () => `${url}/`],
  [/^gcloud functions describe listing-sync .*serviceConfig\.uri/, () => url],
];
const answer = ANSWERS.find(([command]) => command.test([name, ...args].join(' ')));
if (answer) console.log(answer[1]());

/** @param {string} program @param {string[]} options */
function run(program, options) {
  return execFileSync(process.execPath, [program, ...options], { encoding: 'utf8' });
}
