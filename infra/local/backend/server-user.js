// Which user the PostgreSQL server runs as, and what that user can reach.
import { spawnSync } from 'node:child_process';

/** @typedef {{ uid: number, gid: number }} ServerUser */

const NOBODY = 65_534;

/**
 * PostgreSQL refuses to run as root: then it runs as nobody; otherwise as ourselves.
 *
 * @returns {ServerUser | undefined} undefined: as ourselves
 */
export function serverUser() {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
}

/**
 * Whether `user` can execute (or enter) `path`. Asked of the kernel, as that user: every folder
 * above counts (a clone below a mode-700 home cannot be entered), and so do ACLs and mounts.
 *
 * @param {ServerUser | undefined} user
 * @param {string} path
 */
export function canReach(user, path) {
  const test = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], {
    ...user,
    cwd: '/',
    stdio: 'ignore',
  });
  if (test.error) throw test.error;
  return test.status === 0;
}
