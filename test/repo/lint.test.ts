// Reads: oxlint.config.mjs scripts/lint/ package-lock.json
import { lint } from './lint';

const SYNTAX = 'eslint-js/no-restricted-syntax';

const UNUSED = 'Unused oxlint-disable directive (no problems were reported).';

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
  ['a file that decides and looks at the clock', decides, `Date.now();`, SYNTAX],
  ['a file that decides and rolls dice', decides, `Math.random();`, SYNTAX],
  ['a file that decides and waits', decides, `await Promise.resolve();`, SYNTAX],
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
  ['a worker that imports all of the sandbox', acts, `import '@ccbot/sandbox';`, 'no-restricted-imports'],
  [
    'a worker that imports a file of the sandbox by its path',
    acts,
    `import '../../../packages/sandbox/src/telegram/server';`,
    'no-restricted-imports',
  ],
  [
    'a file of shared that imports the worker',
    'packages/shared/src/one-line.ts',
    `import '@ccbot/worker/cards/render';`,
    'no-restricted-imports',
  ],
  [
    'a sandbox that imports the supervisor',
    'packages/sandbox/src/demo/start.ts',
    `import '@ccbot/supervisor/child/lines';`,
    'no-restricted-imports',
  ],
  ['a worker that imports what all share', acts, `import '@ccbot/shared/lock/flock';`, null],
  ['a test of the worker that imports the sandbox', test, `import '@ccbot/sandbox/telegram/server';`, null],
  ['a promise nobody waits for', acts, `Promise.resolve();`, 'typescript/no-floating-promises'],
  ['an empty catch', acts, `try { Date.now(); } catch {}`, 'no-empty'],
  ['a catch that says why', acts, `try { Date.now(); } catch { /* it was the last try */ }`, null],
  ['an empty catch of a promise', acts, `Promise.resolve().catch(() => undefined);`, 'ccbot/silent-catch'],
  ['a skipped test', test, `it.skip('x', () => undefined);`, SYNTAX],
  ['a test that runs alone', test, `describe.only('x', () => undefined);`, SYNTAX],
  ['a mutable module variable', acts, `let count = 0; count++;`, SYNTAX],
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
    'eslint-js/max-lines-per-function',
  ],
  ['JSON that is cast', acts, `export const a = JSON.parse('1') as number;`, SYNTAX],
  [
    'a bag of seven dependencies',
    acts,
    `export interface ADeps { a: 1; b: 1; c: 1; d: 1; e: 1; f: 1; g: 1 }`,
    SYNTAX,
  ],
  ['a literal spread to save lines', acts, `export const a = { ...{ b: 1 } };`, SYNTAX],
  [
    'a machine that looks at the clock',
    'packages/worker/src/sessions/machine/step.ts',
    `Date.now();`,
    SYNTAX,
  ],
  ['a comment that turns off nothing', acts, `// oxlint-disable-next-line no-empty\nexport {};`, UNUSED],
  [
    'a comment that turns off a rule',
    acts,
    `// oxlint-disable-next-line no-empty\ntry { Date.now(); } catch {}`,
    null,
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
