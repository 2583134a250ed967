// Temporary folders of the embedded servers: made, removed, and swept when their maker was killed.
import { chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'listing-sync-backend-';

/**
 * @typedef {object} DataFolder
 * @property {string} path
 * @property {() => void} remove
 */

/**
 * Makes a folder that only `owner` (default: this process's user) and root can enter, after
 * removing those left behind by killed processes.
 *
 * @param {{ root?: string, owner?: { uid: number, gid: number } }} [options]
 * @returns {DataFolder}
 */
export function createDataFolder({ root = tmpdir(), owner } = {}) {
  mkdirSync(root, { recursive: true });
  removeStaleFolders(root);
  const path = mkdtempSync(join(root, PREFIX));
  const maker = JSON.stringify({ pid: process.pid, hostname: hostname() });
  writeFileSync(join(path, 'maker.json'), maker);
  if (owner) chownSync(path, owner.uid, owner.gid);
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * Removes the folders in `root` whose maker is dead. Those of other users (not ours to remove) and
 * of other hosts (a shared /tmp: their process ids mean nothing here) are left alone.
 *
 * @param {string} root
 */
export function removeStaleFolders(root) {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (!name.startsWith(PREFIX) || !isStale(path)) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      // Two processes may sweep at once, and the dying servers of a killed one may still write.
      const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
      if (!['EACCES', 'EPERM', 'ENOENT', 'ENOTEMPTY', 'EBUSY'].includes(code)) throw error;
    }
  }
}

/** @param {string} path */
function isStale(path) {
  /** @type {{ pid: number, hostname: string }} */
  let maker;
  try {
    maker = JSON.parse(readFileSync(join(path, 'maker.json'), 'utf8'));
  } catch {
    // Being made this moment, being removed by another, or not readable by us.
    return false;
  }
  return maker.hostname === hostname() && !isAlive(maker.pid);
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
