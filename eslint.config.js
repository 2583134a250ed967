// Lint rules: bugs only; how code looks is prettier's. Which globals exist follows the layers of
// ARCHITECTURE.md: the platform-free parts see the web standard and nothing of Node.
import js from '@eslint/js';
import globals from 'globals';

/** What every runtime of the functions offers (Node, Deno, Workers). */
const webStandard = {
  ...globals['shared-node-browser'],
  ReadableStream: 'readonly',
  CompressionStream: 'readonly',
  DecompressionStream: 'readonly',
};

export default [
  { ignores: ['build/', 'dist/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { ecmaVersion: 2023, sourceType: 'module', globals: globals.node },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Full-width spaces are what this project is about.
      'no-irregular-whitespace': [
        'error',
        { skipStrings: true, skipTemplates: true, skipRegExps: true, skipComments: true },
      ],
      'no-throw-literal': 'error',
      'no-template-curly-in-string': 'error',
      'array-callback-return': 'error',
      'no-self-compare': 'error',
      'no-unreachable-loop': 'error',
      'no-constructor-return': 'error',
    },
  },
  {
    files: ['functions/app/**/*.js', 'wasm/js/**/*.js'],
    languageOptions: { globals: { ...undefinedNodeGlobals(), ...webStandard } },
  },
  {
    // What they hand to the page runs there.
    files: ['tests/dashboard/**/*.js'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
  {
    files: ['functions/dashboard/**/*.js'],
    languageOptions: { globals: { ...undefinedNodeGlobals(), ...globals.browser } },
  },
];

/** Switches Node's own globals off where they do not exist at run time. */
function undefinedNodeGlobals() {
  return Object.fromEntries(
    Object.keys(globals.node).map((name) => [name, /** @type {const} */ ('off')]),
  );
}
