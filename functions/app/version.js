// What this is the version of: everything that a bundle holds.

/** That of package.json, which a bundle does not carry. */
export const VERSION = '0.1.0';
