// The rules of docs/where-a-change-belongs.md that a linter can check. What needs the whole import graph is
// checked by test/repo/import-graph.test.ts.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import ccbot from './scripts/lint/rules.mjs';

/** Files that decide: a function of what comes in, and of nothing else. */
const pure = [
  'packages/*/src/**/{machine,reduce,route,render,decide,parse,coalesce,pace}.ts',
  'packages/*/src/**/machine/*.ts',
];
const tests = [
  '**/*.test.ts',
  'test/**/*.ts',
  'packages/*/src/**/fixtures/**',
  'packages/*/src/**/contract.ts',
];
/** As long as the table is. */
const tables = [
  'packages/*/src/**/*table*.ts',
  'packages/*/src/**/migrations.ts',
  'packages/worker/src/words/**/*.ts',
  'packages/worker/src/features/*/words/*.ts',
];

/** A `no-restricted-imports` pattern for a whole package of this repository. */
const apart = (names, message) => ({
  group: names.flatMap((n) => [`@ccbot/${n}`, `@ccbot/${n}/*`, `**/packages/${n}/**`, `../**/${n}/src/**`]),
  message,
});
const restrictImports = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const impure = {
  regex: '^(node:|telegraf|node-pty|winston|@photostructure/sqlite|fs-ext)',
  message: 'A file that decides is pure: move what acts to the file that calls it.',
};
const fromSupervisor = apart(['worker', 'sandbox'], 'The supervisor only talks to the worker, by messages.');
const fromWorker = apart(
  ['supervisor', 'sandbox'],
  'The worker knows neither the supervisor nor the sandbox.',
);
const fromShared = apart(['supervisor', 'worker', 'sandbox'], 'shared is what the others import.');
const fromSandbox = apart(
  ['supervisor', 'worker'],
  'The sandbox meets ccbot as Telegram does: from outside.',
);

/** Syntax that no file may have. */
const never = [
  {
    selector:
      'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(skip|only|todo|failing)$/]',
    message: 'A test runs or is not there.',
  },
  {
    selector: 'CallExpression[callee.name=/^(xit|xtest|xdescribe|fit|fdescribe)$/]',
    message: 'A test runs or is not there.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
  { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'A file is the namespace.' },
];
const neverInProduct = [
  ...never,
  {
    selector:
      'Program > VariableDeclaration[kind="let"], Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
    message: 'No mutable module variable: state belongs to a scope that frees it.',
  },
  {
    selector:
      'TSAsExpression[expression.callee.object.name="JSON"][expression.callee.property.name="parse"]:not([typeAnnotation.type="TSUnknownKeyword"])',
    message: 'Parse JSON by a schema.',
  },
  {
    selector: 'TSInterfaceDeclaration[id.name=/(Deps|Parts|Ports)$/] > TSInterfaceBody[body.length>6]',
    message: 'More than six dependencies: some of them are one port with a name.',
  },
  {
    selector: 'ObjectExpression > SpreadElement[argument.type="ObjectExpression"]',
    message: 'One property a line.',
  },
  {
    selector: 'VariableDeclarator[id.type="ArrayPattern"][init.type="ArrayExpression"]',
    message: 'One variable a statement.',
  },
  { selector: 'SequenceExpression', message: 'One statement each.' },
];
const neverInPure = [
  ...neverInProduct,
  { selector: 'AwaitExpression', message: 'A decision does not wait.' },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'The time comes in with the event (`at`).',
  },
  {
    selector: 'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
    message: 'Chance comes in with the event.',
  },
  {
    selector: 'CallExpression[callee.object.name=/^(Date|performance)$/][callee.property.name="now"]',
    message: 'The time comes in with the event (`at`).',
  },
];

/** A function fits on a screen: longer ones are worth a thought, and much longer ones are split. See `tables`. */
const functionLines = { skipBlankLines: true, skipComments: true };

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '.cache/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'URL',
          'fetch',
          'performance',
          'setTimeout',
          'setInterval',
          'clearInterval',
          'clearTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      'no-unused-vars': ['error', { caughtErrors: 'none' }],
      'no-restricted-syntax': ['error', ...never],
    },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', __dirname: 'readonly' },
    },
  },
  {
    files: ['packages/sandbox/src/**/*.js'],
    languageOptions: { sourceType: 'module' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    plugins: { ccbot },
    rules: {
      'no-empty': ['error', { allowEmptyCatch: false }],
      'ccbot/silent-catch': 'error',
      eqeqeq: ['error', 'always'],
      'max-lines-per-function': ['error', { max: 120, ...functionLines }],
      'ccbot/long-function': ['warn', { max: 60, ...functionLines }],
      'no-restricted-syntax': ['error', ...never],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // The types say it already, and `type` and `interface` read alike where a union may follow.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { caughtErrors: 'none', argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-empty-function': 'off', // a recorder's do-nothing method is one
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },
  {
    // The rules that need types; the few that catch what a review misses.
    files: ['packages/*/src/**/*.ts', 'test/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: tests,
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...neverInProduct],
    },
  },
  { files: ['packages/*/src/**/{cli,main}.ts'], rules: { 'no-console': 'off' } },
  { files: ['packages/shared/src/**/*.ts'], rules: restrictImports(fromShared) },
  { files: ['packages/supervisor/src/**/*.ts'], ignores: tests, rules: restrictImports(fromSupervisor) },
  { files: ['packages/sandbox/src/**/*.ts'], ignores: tests, rules: restrictImports(fromSandbox) },
  { files: ['packages/worker/src/**/*.ts'], ignores: tests, rules: restrictImports(fromWorker) },
  {
    files: pure,
    rules: {
      'no-restricted-syntax': ['error', ...neverInPure],
      'no-restricted-globals': [
        'error',
        ...[
          'process',
          'setTimeout',
          'setInterval',
          'clearInterval',
          'clearTimeout',
          'setImmediate',
          'fetch',
          'require',
        ].map((name) => ({
          name,
          message: 'A file that decides is pure.',
        })),
      ],
    },
  },
  ...[
    ['shared', fromShared],
    ['supervisor', fromSupervisor],
    ['worker', fromWorker],
    ['sandbox', fromSandbox],
  ].map(([name, pattern]) => ({
    files: pure.map((glob) => glob.replace('*', name)),
    rules: restrictImports(impure, pattern),
  })),
  { files: [...tests, ...tables], rules: { 'max-lines-per-function': 'off', 'ccbot/long-function': 'off' } },
);
