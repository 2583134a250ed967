// Ends a child when this process dies, however it dies.
import { spawn } from 'node:child_process';

/**
 * A frozen process does not notice that nobody is there any more, others do not look; a shell at
 * the end of a pipe does.
 * @param {import('node:child_process').ChildProcess} child
 */
export function endWithUs(child) {
  const watcher = spawn('/bin/sh', ['-c', `read -r _; kill -KILL ${child.pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.once('exit', () => watcher.kill('SIGKILL'));
}
