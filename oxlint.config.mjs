// The rules of docs/where-a-change-belongs.md that a linter can check. What needs the whole import graph is
// checked by test/repo/import-graph.test.ts.

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
  group: names.flatMap((n) => [`@ccbot/${n}`, `@ccbot/${n}/**`, `**/packages/${n}/**`, `../**/${n}/src/**`]),
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

/** Oxlint itself has no rule for selectors. */
const SYNTAX = 'eslint-js/no-restricted-syntax';

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

/** Rules for every file, as ESLint recommends them. */
const everywhere = errors(
  'for-direction',
  'no-async-promise-executor',
  'no-case-declarations',
  'no-compare-neg-zero',
  'no-cond-assign',
  'no-constant-binary-expression',
  'no-constant-condition',
  'no-control-regex',
  'no-debugger',
  'no-delete-var',
  'no-dupe-else-if',
  'no-duplicate-case',
  'no-empty',
  'no-empty-character-class',
  'no-empty-pattern',
  'no-empty-static-block',
  'no-ex-assign',
  'no-extra-boolean-cast',
  'no-fallthrough',
  'no-global-assign',
  'no-invalid-regexp',
  'no-irregular-whitespace',
  'no-loss-of-precision',
  'no-misleading-character-class',
  'no-nonoctal-decimal-escape',
  'no-prototype-builtins',
  'no-regex-spaces',
  'no-self-assign',
  'no-sparse-arrays',
  'no-unassigned-vars',
  'no-unexpected-multiline',
  'no-unsafe-finally',
  'no-unsafe-optional-chaining',
  'no-unused-labels',
  'no-unused-private-class-members',
  'no-useless-assignment',
  'no-useless-backreference',
  'no-useless-catch',
  'no-useless-escape',
  'preserve-caught-error',
  'require-yield',
  'use-isnan',
  'valid-typeof',
);

/** Mistakes in JavaScript that the compiler reports in TypeScript. */
const inJavaScript = errors(
  'constructor-super',
  'getter-return',
  'no-class-assign',
  'no-const-assign',
  'no-dupe-class-members',
  'no-dupe-keys',
  'no-func-assign',
  'no-import-assign',
  'no-new-native-nonconstructor',
  'no-obj-calls',
  'no-setter-return',
  'no-this-before-super',
  'no-undef',
  'no-unreachable',
  'no-unsafe-negation',
  'no-with',
  'eslint-js/no-dupe-args',
  'eslint-js/no-octal',
);

/** Rules for TypeScript: the strict and the stylistic ones of typescript-eslint that need no types. */
const inTypeScript = errors(
  'no-var',
  'prefer-const',
  'prefer-rest-params',
  'prefer-spread',
  'no-array-constructor',
  'no-unused-expressions',
  'no-useless-constructor',
  'typescript/adjacent-overload-signatures',
  'typescript/array-type',
  'typescript/ban-tslint-comment',
  'typescript/class-literal-property-style',
  'typescript/consistent-generic-constructors',
  'typescript/consistent-indexed-object-style',
  'typescript/consistent-type-assertions',
  'typescript/consistent-type-imports',
  'typescript/no-confusing-non-null-assertion',
  'typescript/no-duplicate-enum-values',
  'typescript/no-dynamic-delete',
  'typescript/no-empty-object-type',
  'typescript/no-explicit-any',
  'typescript/no-extra-non-null-assertion',
  'typescript/no-extraneous-class',
  'typescript/no-import-type-side-effects',
  'typescript/no-inferrable-types',
  'typescript/no-misused-new',
  'typescript/no-namespace',
  'typescript/no-non-null-asserted-nullish-coalescing',
  'typescript/no-non-null-asserted-optional-chain',
  'typescript/no-non-null-assertion',
  'typescript/no-require-imports',
  'typescript/no-this-alias',
  'typescript/no-unnecessary-type-constraint',
  'typescript/no-unsafe-declaration-merging',
  'typescript/no-unsafe-function-type',
  'typescript/no-wrapper-object-types',
  'typescript/prefer-as-const',
  'typescript/prefer-for-of',
  'typescript/prefer-function-type',
  'typescript/prefer-literal-enum-member',
  'typescript/prefer-namespace-keyword',
  'typescript/triple-slash-reference',
  'typescript/unified-signatures',
);

/** The rules that need types; the few that catch what a review misses. */
const withTypes = {
  ...errors(
    'typescript/no-floating-promises',
    'typescript/no-misused-promises',
    'typescript/await-thenable',
    'typescript/only-throw-error',
  ),
  'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
};

function errors(...names) {
  return Object.fromEntries(names.map((name) => [name, 'error']));
}

/** A function fits on a screen: longer ones are worth a thought, and much longer ones are split. See `tables`. */
const functionLines = { skipBlankLines: true, skipComments: true };

/** All globals of Node.js that a script may use; another one is a slip of the keyboard. */
const globals = Object.fromEntries(
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
);

export default {
  ignorePatterns: ['**/dist/**', '**/node_modules/**', '.cache/**', 'coverage/**'],
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  // Only the rules that are named here.
  categories: { correctness: 'off' },
  plugins: ['typescript'],
  jsPlugins: [
    './scripts/lint/rules.mjs',
    // ESLint's own rules that oxlint does not have, and those that it may not name twice.
    { name: 'eslint-js', specifier: 'oxlint-plugin-eslint' },
  ],
  rules: {
    ...everywhere,
    'no-shadow-restricted-names': ['error', { reportGlobalThis: true }],
  },
  overrides: [
    {
      files: ['**/*.{js,mjs,cjs}'],
      globals,
      rules: {
        ...inJavaScript,
        // In a module a global may be shadowed.
        'no-redeclare': ['error', { builtinGlobals: false }],
        'no-unused-vars': [
          'error',
          { caughtErrors: 'none', argsIgnorePattern: '^$', varsIgnorePattern: '^$' },
        ],
        [SYNTAX]: ['error', ...never],
      },
    },
    {
      files: ['**/*.{js,cjs}'],
      globals: { require: 'readonly', module: 'writable', __dirname: 'readonly' },
    },
    {
      files: ['**/*.{ts,mts}'],
      rules: {
        ...inTypeScript,
        'ccbot/silent-catch': 'error',
        eqeqeq: ['error', 'always'],
        'max-lines-per-function': ['error', { max: 120, ...functionLines }],
        // A rule has one severity; under a second name it warns before it fails.
        'eslint-js/max-lines-per-function': ['warn', { max: 60, ...functionLines }],
        [SYNTAX]: ['error', ...never],
        'typescript/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
        'no-unused-vars': [
          'error',
          { caughtErrors: 'none', argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
        ],
      },
    },
    { files: ['packages/*/src/**/*.ts', 'test/**/*.ts'], rules: withTypes },
    {
      files: ['packages/*/src/**/*.ts'],
      excludeFiles: tests,
      rules: {
        'no-console': 'error',
        [SYNTAX]: ['error', ...neverInProduct],
      },
    },
    { files: ['packages/*/src/**/{cli,main}.ts'], rules: { 'no-console': 'off' } },
    { files: ['packages/shared/src/**/*.ts'], rules: restrictImports(fromShared) },
    {
      files: ['packages/supervisor/src/**/*.ts'],
      excludeFiles: tests,
      rules: restrictImports(fromSupervisor),
    },
    { files: ['packages/sandbox/src/**/*.ts'], excludeFiles: tests, rules: restrictImports(fromSandbox) },
    { files: ['packages/worker/src/**/*.ts'], excludeFiles: tests, rules: restrictImports(fromWorker) },
    {
      files: pure,
      rules: {
        [SYNTAX]: ['error', ...neverInPure],
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
    {
      files: [...tests, ...tables],
      rules: { 'max-lines-per-function': 'off', 'eslint-js/max-lines-per-function': 'off' },
    },
  ],
};
