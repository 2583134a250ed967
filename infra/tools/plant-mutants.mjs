// Makes a copy of C++ sources with every planted bug of a folder of lists in it, each behind a
// switch that is thrown at run time: one build holds them all, the sources themselves hold none.
//   node plant-mutants.mjs --mutants FOLDER --to FOLDER SOURCE_FOLDER…
// A bug whose place cannot be found exactly once stops the build and names itself: planted bugs
// cannot rot. Layout does not count, so that the formatter may have its way.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { filesBelow } from './source-files.mjs';

/**
 * @typedef {object} Mutant
 * @property {string} name snake_case; stands in nothing that is shipped
 * @property {string} breaks what goes wrong, in one sentence
 * @property {string} file from the repository's root
 * @property {'expression' | 'statement'} kind
 * @property {string} original
 * @property {string} bug takes the place of `original`
 * @property {string} [within] longer text around `original`, where that stands more than once
 *
 * @typedef {{from: number, to: number}} Place
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * All planted bugs of a folder, in the order of their numbers (the first is 1).
 * @param {string} folder
 * @returns {Promise<Mutant[]>}
 */
export async function readMutants(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const lists = await Promise.all(
    files.sort().map((name) => import(pathToFileURL(join(folder, name)).href)),
  );
  /** @type {Mutant[]} */
  const mutants = lists.flatMap((list) => list.default);
  const names = mutants.map((mutant) => mutant.name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  if (twice.length > 0) throw new Error(`planted twice: ${twice.join(', ')}`);
  const odd = names.filter((name) => !/^[a-z0-9]+(_[a-z0-9]+)+$/.test(name));
  if (odd.length > 0) throw new Error(`no names for planted bugs: ${odd.join(', ')}`);
  return mutants;
}

/**
 * Every place where `wanted` stands between `from` and `to`, whatever the white space.
 * @param {string} text
 * @param {string} wanted
 * @param {Place} range
 * @returns {Place[]}
 */
function placesOf(text, wanted, range) {
  const at = Array.from({ length: range.to - range.from }, (_, i) => range.from + i).filter((i) =>
    /\S/.test(text[i]),
  );
  const packed = at.map((i) => text[i]).join('');
  const needle = wanted.replace(/\s+/g, '');
  const places = [];
  for (let i = packed.indexOf(needle); i >= 0; i = packed.indexOf(needle, i + 1))
    places.push({ from: at[i], to: at[i + needle.length - 1] + 1 });
  return places;
}

/**
 * @param {string} text
 * @param {Mutant} mutant
 * @param {string[]} faults
 * @returns {Place | null}
 */
function placeOf(text, mutant, faults) {
  let range = { from: 0, to: text.length };
  for (const wanted of [mutant.within, mutant.original]) {
    if (wanted === undefined) continue;
    const places = placesOf(text, wanted, range);
    if (places.length !== 1) {
      const times = `stands ${places.length} times in ${mutant.file}, must stand once`;
      faults.push(`the planted bug ${mutant.name} does not fit, its text ${times}:\n${wanted}`);
      return null;
    }
    range = places[0];
  }
  return range;
}

/**
 * @param {Mutant} mutant
 * @param {number} number
 * @param {string} original
 */
function planted(mutant, number, original) {
  const isPlanted = `listing_sync::mutants::planted(${number})`;
  if (mutant.kind === 'expression') return `(${isPlanted} ? (${mutant.bug}) : (${original}))`;
  return `{ if (${isPlanted}) { ${mutant.bug} } else { ${original} } }`;
}

/**
 * The text of one file with its bugs in it.
 * @param {string} text
 * @param {{mutant: Mutant, number: number}[]} own
 * @param {string[]} faults
 */
function plantAll(text, own, faults) {
  const places = own.flatMap(({ mutant, number }) => {
    const place = placeOf(text, mutant, faults);
    return place ? [{ mutant, number, ...place }] : [];
  });
  places.sort((a, b) => b.from - a.from);
  let out = text;
  let end = text.length;
  for (const { mutant, number, from, to } of places) {
    if (to > end) faults.push(`the planted bug ${mutant.name} overlaps another one`);
    else out = out.slice(0, from) + planted(mutant, number, out.slice(from, to)) + out.slice(to);
    end = from;
  }
  return out;
}

/**
 * Unchanged files keep their time, so that nothing is compiled in vain.
 * @param {string} file
 * @param {string} text
 */
function writeIfChanged(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/**
 * The numbers' names, for C++.
 * @param {Mutant[]} mutants
 */
function namesHeader(mutants) {
  const lines = [
    '#pragma once',
    '#include <string_view>',
    'namespace listing_sync::mutants {',
    'inline constexpr std::string_view kNames[] = {',
    ...mutants.map((mutant) => `"${mutant.name}",`),
    '};',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * @param {string} mutantsFolder from the repository's root
 * @param {string} to
 * @param {string[]} sourceFolders from the repository's root
 */
async function plant(mutantsFolder, to, sourceFolders) {
  const mutants = await readMutants(resolve(root, mutantsFolder));
  const files = sourceFolders.flatMap((folder) => filesBelow(root, folder, ['.h', '.cpp']));
  const faults = mutants
    .filter((mutant) => !files.includes(mutant.file))
    .map((mutant) => `the planted bug ${mutant.name} does not fit: there is no ${mutant.file}`);
  for (const file of files) {
    const own = mutants
      .map((mutant, at) => ({ mutant, number: at + 1 }))
      .filter(({ mutant }) => mutant.file === file);
    const text = plantAll(readFileSync(join(root, file), 'utf8'), own, faults);
    writeIfChanged(join(to, file), text);
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
  writeIfChanged(join(to, 'planted_names.h'), namesHeader(mutants));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { mutants: { type: 'string' }, to: { type: 'string' } },
    allowPositionals: true,
  });
  if (!values.mutants || !values.to) throw new Error('needs --mutants FOLDER and --to FOLDER');
  try {
    await plant(values.mutants, values.to, positionals);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
