// `npm run check`: checks what the uncommitted changes reach; in a clean tree, what the last commit reaches. With
// `-- --against <commit>`: what was changed since then. `-- --all`: everything but the end-to-end tests. It says what it
// ran and what it left out.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { offlineEnvironment, orExplain, prepare, preparePackages, root } from './prepare.mjs';
import { importersOf, isFuzzed, isReadBy, nearest, reach, readBy } from './reach.mjs';

/** Time limit of each check, ms. */
const TIMEOUT_MS = 10 * 60_000;
const SHOWN_MAX = 12;

const FUZZ_TEST = 'packages/worker/src/foreign-text.test.ts';

const bin = (name) => join(root, 'node_modules', '.bin', name);
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
const lines = (text) => text.split('\n').filter((line) => line !== '');

await orExplain(async () => {
  const [option, commit] = process.argv.slice(2);
  if (option === '--all') {
    const child = spawn(
      process.execPath,
      [join(root, 'scripts/test.mjs'), 'format', 'lint', 'types', 'unit'],
      {
        stdio: 'inherit',
      },
    );
    process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
  } else if (option === undefined || (option === '--against' && commit !== undefined)) {
    await checkChange(commit);
  } else {
    console.error('usage: npm run check [-- --all | --against <commit>]');
    process.exitCode = 2;
  }
});

/** Runs tests once the programs are built that they run; the checks do not wait for that. */
async function test(run, changed) {
  if (run.some(needsPrograms)) await prepare();
  return jest(run, changed);
}

async function checkChange(commit) {
  const startedAt = Date.now();
  const { changed, what } = findChange(commit);
  console.log(`${what}: ${counted(changed.length, 'file')}`);
  if (changed.length === 0) return;
  const { tests, whole } = reach(changed, importersOf(root));
  const repository = readdirSync(join(root, 'test/repo'))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/repo/${name}`);
  const units = tests.filter((test) => !test.startsWith('test/e2e/'));
  const run = [
    ...withFuzzed(nearest(units), changed),
    ...repository.filter(
      (test) => !tests.includes(test) && isAffected(test, [...changed, ...naming(changed)]),
    ),
  ];
  await preparePackages();
  const results = await Promise.all([...checksOf(changed), ...(run.length > 0 ? [test(run, changed)] : [])]);
  console.log(`\ntests: ${run.length === 0 ? 'none' : list(run)}`);
  sayLeftOut({
    whole,
    run,
    repository,
    farther: units.filter((test) => !run.includes(test)),
    endToEnd: tests.filter((test) => test.startsWith('test/e2e/')),
  });
  const failed = results.filter(({ ok }) => !ok).map(({ name }) => name);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  console.log(
    failed.length === 0 ? `passed in ${seconds} s` : `failed after ${seconds} s: ${failed.join(', ')}`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/** With the test of foreign texts when it lists a changed file. */
function withFuzzed(tests, changed) {
  const readText = (path) => readFileSync(join(root, path), 'utf8');
  return isFuzzed(changed, readText) && !tests.includes(FUZZ_TEST) ? [...tests, FUZZ_TEST] : tests;
}

/** The changed files, deleted ones too, and what the change is called. */
function findChange(commit) {
  const untracked = lines(git('ls-files', '--others', '--exclude-standard'));
  const since = (from) => [
    ...new Set([...lines(git('diff', '--name-only', '--no-renames', from)), ...untracked]),
  ];
  if (commit !== undefined) return { changed: since(commit), what: `changed since ${commit}` };
  const changed = since('HEAD');
  if (changed.length > 0) return { changed, what: 'uncommitted' };
  const last = git('diff-tree', '--root', '--no-commit-id', '--name-only', '--no-renames', '-r', 'HEAD');
  return { changed: lines(last), what: 'nothing uncommitted; the last commit' };
}

/** The documents that name files, when one of them is gone. */
function naming(changed) {
  const isGone = changed.some((path) => !existsSync(join(root, path)));
  return isGone ? ['README.md', 'SECURITY.md', 'docs/walks.md'] : [];
}

/** Whether a test of the repository reads a changed file. One that does not say what it reads, reads everything. */
function isAffected(test, changed) {
  const patterns = readBy(readFileSync(join(root, test), 'utf8'));
  return patterns === null || changed.some((path) => path === test || isReadBy(patterns, path));
}

/** Whether a test runs the built programs. */
function needsPrograms(test) {
  return /\b(?:dist|bin)\/|installFromDockerfile|start\.mjs/.test(readFileSync(join(root, test), 'utf8'));
}

/** Format and lint of the changed files, and the types of everything, which are compiled incrementally. */
function checksOf(changed) {
  const files = changed.filter((path) => existsSync(join(root, path)));
  const linted = files.filter((path) => /\.[cm]?[jt]s$/.test(path));
  const checks = [['types', ['tsc', '-b']]];
  if (files.length > 0)
    checks.unshift(['format', ['oxfmt', '--check', '--no-error-on-unmatched-pattern', ...files]]);
  if (linted.length > 0) {
    const config = ['-c', 'oxlint.config.mjs', '--no-error-on-unmatched-pattern'];
    checks.unshift(['lint', ['oxlint', ...config, ...linted]]);
  }
  return checks.map(([name, [program, ...args]]) => runCheck(name, bin(program), args));
}

function jest(files, changed) {
  const args = [
    '--passWithNoTests',
    `--maxWorkers=${Math.min(4, 2 * cpus().length)}`,
    '--runTestsByPath',
    ...files,
  ];
  return runCheck('tests', bin('jest'), args, { CCBOT_CHANGED: changed.join(',') });
}

/** Runs a program. Its output is shown at its end, so that those that run side by side do not mix. */
async function runCheck(name, program, args, env = {}) {
  const startedAt = Date.now();
  const child = spawn(program, args, {
    cwd: root,
    env: { ...offlineEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', resolve);
  });
  const ok = code === 0;
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  if (output.trim() !== '' && (!ok || name === 'lint')) console.log(output.trimEnd());
  console.log(`${name}: ${ok ? 'ok' : 'FAILED'} (${seconds} s)`);
  return { name, ok };
}

function sayLeftOut({ whole, run, repository, farther, endToEnd }) {
  const unreached = whole.filter((test) => !test.startsWith('test/') && !run.includes(test));
  const others = repository.filter((test) => !run.includes(test));
  const parts = [
    farther.length > 0
      ? `${counted(farther.length, 'test file')} that reach the change from farther or take longer`
      : '',
    unreached.length > 0
      ? `${counted(unreached.length, 'test file')} of a whole program, which reach the change only through it`
      : '',
    others.length > 0
      ? `${others.length} of ${repository.length} in test/repo, which do not read the change`
      : '',
    endToEnd.length > 0
      ? `end-to-end tests, of which the change reaches ${list(endToEnd)}`
      : 'the end-to-end tests',
    'lint of files that were not changed',
  ].filter((part) => part !== '');
  console.log(`left out: ${parts.join('; ')}. \`npm run check -- --all\` and \`npm test\` run them.`);
}

function counted(count, word) {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function list(files) {
  const shown = files.length <= SHOWN_MAX ? files : files.slice(0, SHOWN_MAX);
  const rest = files.length - shown.length;
  return `${counted(files.length, 'file')}\n  ${shown.join('\n  ')}${rest > 0 ? `\n  and ${rest} more` : ''}`;
}
