// Exit codes (docs/CLI.md), and errors that carry one. A script may rely on each.

export const EXIT = Object.freeze({
  fine: 0,
  /** The run failed, the source is unhealthy, or nothing was done. */
  failed: 1,
  /** The command line or a variable is wrong; nothing was tried. */
  usage: 2,
  /** Nobody answers, or whoever answers refuses. */
  unreachable: 3,
  /** The run completed, but rows wait for review. */
  held: 4,
  /** Ctrl-C, as shells count it. */
  interrupted: 130,
});

/**
 * What is told in one sentence with a remedy, and as a problem document where JSON is wanted.
 */
export class CommandError extends Error {
  /**
   * @param {object} known
   * @param {number} known.exitCode
   * @param {{ code: string, title: string, [more: string]: unknown }} known.problem of RFC 9457
   * @param {string} [known.text] the sentence; that of the problem by default
   * @param {string} [known.remedy]
   */
  constructor({ exitCode, problem, text = problem.title, remedy }) {
    super(text);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.problem = problem;
    this.remedy = remedy;
  }
}
