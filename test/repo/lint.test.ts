// Reads: eslint.config.mjs scripts/lint/ package-lock.json
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files';

/**
 * Lints texts as if they stood in these files; for each the ids of the rules that complain. In an empty folder, so that the
 * rules with types read each text alone and not with its whole package.
 */
function lint(cases: readonly { file: string; code: string }[]): string[][] {
  const program = `
    import { readFileSync } from 'node:fs';
    import { ESLint } from 'eslint';
    const [config, cwd] = process.argv.slice(1);
    const projectService = {
      allowDefaultProject: ['packages/*/src/*.ts', 'packages/*/src/*/*.ts', 'packages/*/src/*/*/*.ts'],
      maximumDefaultProjectFileMatchCount_THIS_WILL_SLOW_DOWN_LINTING: 100,
    };
    const eslint = new ESLint({
      cwd,
      overrideConfigFile: config,
      overrideConfig: {
        files: ['packages/**/*.ts'],
        languageOptions: { parserOptions: { projectService, tsconfigRootDir: cwd } },
      },
    });
    const found = [];
    for (const { file, code } of JSON.parse(readFileSync(0, 'utf8'))) {
      const [result] = await eslint.lintText(code, { filePath: file });
      found.push(result.messages.map((m) => m.ruleId ?? m.message));
    }
    console.log(JSON.stringify(found));`;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ccbot-lint-')));
  try {
    const args = ['--input-type=module', '-e', program, join(root, 'eslint.config.mjs'), folder];
    const run = spawnSync(process.execPath, args, {
      cwd: root,
      input: JSON.stringify(cases),
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(run.stderr);
    return JSON.parse(run.stdout) as string[][];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const decides = 'packages/worker/src/cards/reduce.ts';
const acts = 'packages/worker/src/app/kernel.ts';
const test = 'packages/worker/src/chat/route.test.ts';

/** What is wrong, where, and the rule that has to say so; null: nothing may. */
const cases: readonly [title: string, file: string, code: string, rule: string | null][] = [
  ['a file that decides and reads a file', decides, `import 'node:fs';`, 'no-restricted-imports'],
  ['a file that decides and calls Telegram', decides, `import 'telegraf';`, 'no-restricted-imports'],
  [
    'a file that decides and takes a type of Telegram',
    decides,
    `import type {} from 'telegraf';`,
    'no-restricted-imports',
  ],
  ['a file that decides and looks at the clock', decides, `Date.now();`, 'no-restricted-syntax'],
  ['a file that decides and rolls dice', decides, `Math.random();`, 'no-restricted-syntax'],
  ['a file that decides and waits', decides, `await Promise.resolve();`, 'no-restricted-syntax'],
  ['a file that decides and sets a timer', decides, `setTimeout(() => 1, 1);`, 'no-restricted-globals'],
  ['a file that acts and does all that', acts, `import 'node:fs'; Date.now(); setTimeout(() => 1, 1);`, null],
  [
    'a supervisor that imports the worker',
    'packages/supervisor/src/runner.ts',
    `import '@ccbot/worker/bin';`,
    'no-restricted-imports',
  ],
  [
    'a supervisor that imports the sandbox',
    'packages/supervisor/src/runner.ts',
    `import '@ccbot/sandbox/telegram/server';`,
    'no-restricted-imports',
  ],
  [
    'a worker that imports the supervisor',
    acts,
    `import '../../supervisor/src/runner';`,
    'no-restricted-imports',
  ],
  [
    'a worker that imports the sandbox',
    acts,
    `import '@ccbot/sandbox/telegram/server';`,
    'no-restricted-imports',
  ],
  ['a test of the worker that imports the sandbox', test, `import '@ccbot/sandbox/telegram/server';`, null],
  ['a promise nobody waits for', acts, `Promise.resolve();`, '@typescript-eslint/no-floating-promises'],
  ['an empty catch', acts, `try { Date.now(); } catch {}`, 'no-empty'],
  ['a catch that says why', acts, `try { Date.now(); } catch { /* it was the last try */ }`, null],
  ['an empty catch of a promise', acts, `Promise.resolve().catch(() => undefined);`, 'ccbot/silent-catch'],
  ['a skipped test', test, `it.skip('x', () => undefined);`, 'no-restricted-syntax'],
  ['a test that runs alone', test, `describe.only('x', () => undefined);`, 'no-restricted-syntax'],
  ['a mutable module variable', acts, `let count = 0; count++;`, 'no-restricted-syntax'],
  ['an export with one', acts, `/** The first letter. */\nexport const a = 1;`, null],
  ['output of its own', acts, `console.log(1);`, 'no-console'],
  [
    'a function that fits no screen',
    acts,
    `export function long(): void {\n${'  Date.now();\n'.repeat(121)}}\n`,
    'max-lines-per-function',
  ],
  [
    'a function worth a thought',
    acts,
    `export function long(): void {\n${'  Date.now();\n'.repeat(61)}}\n`,
    'ccbot/long-function',
  ],
  ['JSON that is cast', acts, `export const a = JSON.parse('1') as number;`, 'no-restricted-syntax'],
  [
    'a bag of seven dependencies',
    acts,
    `export interface ADeps { a: 1; b: 1; c: 1; d: 1; e: 1; f: 1; g: 1 }`,
    'no-restricted-syntax',
  ],
  ['a literal spread to save lines', acts, `export const a = { ...{ b: 1 } };`, 'no-restricted-syntax'],
  [
    'a machine that looks at the clock',
    'packages/worker/src/sessions/machine/step.ts',
    `Date.now();`,
    'no-restricted-syntax',
  ],
  ['a long table', 'packages/shared/src/faults/table.ts', '// line\n'.repeat(301), null],
];

let found: string[][];
beforeAll(() => {
  found = lint(cases.map(([, file, code]) => ({ file, code })));
});

describe('lint', () => {
  it.each(cases.map(([title, , , rule], index) => ({ title, rule, index, says: rule ?? 'nothing' })))(
    'says $says when there is $title',
    ({ rule, index }) => {
      expect(found[index]).toEqual(rule === null ? [] : expect.arrayContaining([rule]));
    },
  );
});
