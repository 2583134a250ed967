// The one error of the build that is the user's to mend.

export class BuildError extends Error {
  /** @param {string[]} problems each a line for people */
  constructor(problems) {
    super(problems.join('\n'));
    this.name = 'BuildError';
    this.problems = problems;
  }
}
