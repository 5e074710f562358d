// `npm test`: all checks and all tests. `npm test -- lint worker e2e` runs only these; any other word is a
// pattern that a test file's path has to match. The last line says how many passed and failed; each check
// (format, lint, types) counts as one. A test file that failed is run once more, by itself: what passes then is
// named as unsteady, which is a defect too, but not that of the change at hand.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { orExplain, prepare, root } from './prepare.mjs';

const bin = (name) => join(root, 'node_modules', '.bin', name);
const npmScript = (name) => {
  const [command, ...args] = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts[name].split(
    ' ',
  );
  return [bin(command), args];
};

const checks = ['format', 'lint', 'types'];
const units = [...readdirSync(join(root, 'packages')), 'repo'];
const names = process.argv.slice(2);
const patterns = names.filter((n) => ![...checks, ...units, 'unit', 'e2e'].includes(n));
const all = names.length === 0;
const wantedUnits =
  all || names.includes('unit') || patterns.length > 0 ? units : units.filter((u) => names.includes(u));
const e2eFiles = readdirSync(join(root, 'test/e2e')).filter((f) => f.endsWith('.test.ts'));
const wantE2e =
  all ||
  names.includes('e2e') ||
  patterns.some((pattern) => e2eFiles.some((f) => new RegExp(pattern).test(`test/e2e/${f}`)));

/** So many failed files are run once more; more of them are no matter of chance. */
const MAY_BE_UNSTEADY = 5;
/** The longest that the tests of one kind may take, ms. */
const LONGEST_MS = 40 * 60_000;

const sum = { passed: 0, failed: 0, skipped: 0, unsteady: 0 };
const bad = [];
const unsteady = [];

await orExplain(async () => {
  await prepare();
  for (const check of checks.filter((c) => all || names.includes(c))) await runCheck(check);
  // Small machines have two cores; jest would take one of them.
  if (wantedUnits.length > 0)
    await runJest('unit', wantedUnits, [`--maxWorkers=${Math.min(4, cpus().length)}`]);
  if (wantE2e) {
    // Each runs the whole system, in a place of its own, and waits for most of its time: two at once take half as long.
    const e2eWorkers = Math.min(2, cpus().length);
    if (await fetchAgents())
      await runJest('e2e', ['e2e'], [`--maxWorkers=${e2eWorkers}`, ...withoutBrowser()]);
  }
  for (const line of unsteady) console.log(`unsteady (failed, and passed when run again): ${line}`);
  for (const line of bad) console.log(`failed: ${line}`);
  const more = ['skipped', 'unsteady']
    .filter((kind) => sum[kind] > 0)
    .map((kind) => `, ${sum[kind]} ${kind}`);
  console.log(`${sum.passed} passed, ${sum.failed} failed${more.join('')}`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
});

async function runCheck(check) {
  const startedAt = Date.now();
  console.log(`\n== ${check}`);
  const { code } = await run(...npmScript(`check:${check}`), 300_000);
  console.log(`${code === 0 ? 'ok' : 'FAILED'} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  count(code === 0, `npm run check:${check}`);
}

/** Leaves out the test of the chat page where there is no browser to show it. */
function withoutBrowser() {
  if (existsSync('/usr/bin/chromium') || process.env.CHROMIUM || process.platform === 'darwin') return [];
  console.log(
    'Without a browser (CHROMIUM=<path>, or Debian’s package chromium) the chat page is not tested.',
  );
  sum.skipped++;
  return ['--testPathIgnorePatterns', 'e2e/browser', '/node_modules/'];
}

/** Fetches the agents' command lines that the end-to-end tests run, at pinned versions; false when they are not there. */
async function fetchAgents() {
  console.log('\n== agents for the end-to-end tests');
  const { code } = await run(process.execPath, [join(root, 'scripts/fetch-agents.mjs')], 600_000);
  if (code === 0) return true;
  console.log('Without the real agents the end-to-end tests cannot run.');
  if (process.env.CI) count(false, 'node scripts/fetch-agents.mjs');
  else sum.skipped += e2eFiles.length;
  return false;
}

async function runJest(title, projects, extra) {
  console.log(`\n== ${title}: ${projects.join(', ')}`);
  if (patterns.length > 0) extra = [...extra, '--testPathPatterns', ...patterns];
  const first = await jest(title, projects, extra);
  if (first === null) return;
  const files = first.broken.map(({ path }) => path);
  if (files.length > 0 && files.length <= MAY_BE_UNSTEADY) {
    console.log(`\n== ${title}, once more and one at a time: ${files.join(', ')}`);
    const second = await jest(title, projects, ['--runInBand', '--runTestsByPath', ...files]);
    if (second === null) return;
    for (const { path, tests } of first.broken) {
      const again = second.broken.find((b) => b.path === path);
      if (again !== undefined) {
        fail(again);
        continue;
      }
      unsteady.push(...named({ path, tests }));
      sum.unsteady += Math.max(1, tests.length);
    }
  } else for (const one of first.broken) fail(one);
  sum.passed += first.passed;
  sum.skipped += first.skipped;
}

/** Names the tests of a file that failed; the file where it did not come to a test. */
function named({ path, tests }) {
  return tests.length > 0 ? tests.map((test) => `${path}: ${test}`) : [path];
}

function fail(broken) {
  bad.push(...named(broken));
  sum.failed += Math.max(1, broken.tests.length);
}

/** Runs jest; resolves with its counts and the files that failed, null when it told nothing and was counted as failed. */
async function jest(title, projects, extra) {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-test-'));
  const outputFile = join(folder, 'result.json');
  try {
    const args = ['--selectProjects', ...projects, '--json', `--outputFile=${outputFile}`];
    const { code, timedOut } = await run(bin('jest'), [...args, '--passWithNoTests', ...extra], LONGEST_MS);
    if (timedOut) {
      count(false, `${title} tests (not finished after ${LONGEST_MS / 60_000} minutes)`);
      return null;
    }
    const result = JSON.parse(readFileSync(outputFile, 'utf8'));
    const broken = result.testResults
      .filter((suite) => suite.status === 'failed')
      .map((suite) => ({
        path: suite.name.replace(`${root}/`, ''),
        tests: suite.assertionResults.filter((t) => t.status === 'failed').map((t) => t.fullName),
      }));
    if (code !== 0 && broken.length === 0) count(false, `jest for ${title} (exit ${code})`);
    const skipped = result.numPendingTests + result.numTodoTests;
    return { passed: result.numPassedTests, skipped, broken };
  } catch (error) {
    count(false, `jest for ${title}: ${error.message}`);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(ok, name) {
  if (ok) sum.passed++;
  else {
    sum.failed++;
    bad.push(name);
  }
}

/** Runs a command to its end with no input; its JSON on stdout is dropped, jest reports on stderr. */
function run(command, args, timeout) {
  return new Promise((resolve) => {
    const stdout = args.includes('--json') ? 'ignore' : 'inherit';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'], detached: true });
    let timedOut = false;
    const end = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // its group is gone already
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end('SIGKILL');
    }, timeout);
    const stop = (signal) => {
      end(signal);
      process.exit(130);
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const done = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve({ code, timedOut });
    };
    child.on('error', (error) => {
      console.error(error.message);
      done(127);
    });
    child.on('exit', done);
  });
}
