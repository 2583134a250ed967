// A child process that dies when this process dies, however it dies, SIGKILL included.
import { spawn } from 'node:child_process';

const LOG_CHARS_MAX = 65_536;

// The shell's descriptor 3 is a pipe whose other end only this process holds. When this process
// closes it, on purpose or by dying, `read` ends and the child gets its signal. No polling: the
// shell waits for the child, the watcher for the pipe.
const TIE = `
signal=$1; shift
"$@" 3<&- &
child=$!
(read -r _ <&3; kill -"$signal" "$child") 2>/dev/null &
watcher=$!
wait "$child"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"`;

/**
 * @typedef {object} TiedProcess
 * @property {() => boolean} running
 * @property {() => string} log the end of what it wrote to stderr
 * @property {Promise<void>} exited settles when it has ended, or could not be started
 * @property {() => Promise<void>} end sends the stop signal; by force after `graceMs`
 */

/**
 * Starts `binary` tied to this process. It gets a process group of its own, so that Ctrl-C in a
 * terminal reaches only us and we end it in our order.
 *
 * @param {string} binary
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd: string, uid?: number, gid?: number,
 *           stopSignal?: 'TERM' | 'INT' | 'QUIT', graceMs?: number }} options
 * @returns {TiedProcess}
 */
export function spawnTied(binary, args, options) {
  const { stopSignal = 'TERM', graceMs = 10_000, ...rest } = options;
  const shell = spawn('/bin/sh', ['-c', TIE, 'sh', stopSignal, binary, ...args], {
    ...rest,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let log = '';
  let running = true;
  const append = (/** @type {string} */ text) => {
    log = (log + text).slice(-LOG_CHARS_MAX);
  };
  shell.stderr?.setEncoding('utf8').on('data', append);
  const tie = /** @type {import('node:net').Socket} */ (shell.stdio[3]);
  // The pipe breaks when the child ends first; `exited` is how that is told.
  tie.on('error', () => {});
  /** @type {Promise<void>} */
  const exited = new Promise((resolve) => {
    const settle = () => {
      running = false;
      tie.destroy();
      resolve();
    };
    // 'close' rather than 'exit': by then the whole of stderr has been read.
    shell.once('close', settle);
    shell.once('error', (error) => {
      append(String(error));
      settle();
    });
  });
  return {
    running: () => running,
    log: () => log,
    exited,
    async end() {
      if (!running) return exited;
      tie.destroy();
      const force = setTimeout(() => killGroup(shell.pid), graceMs);
      await exited;
      clearTimeout(force);
    },
  };
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
