// `npm test`: runs all checks and all tests. `npm test -- lint worker e2e` runs only these; any other word is a pattern for
// the path of a test file. The last line counts the passed and failed tests; each check (format, lint, types) counts as
// one. A failed test file is run once more on its own. Tests that pass then are reported as unsteady, which is a defect
// too, but not one of the current change.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isEveryLineReady } from './nodes.mjs';
import { offlineEnvironment, orExplain, prepare, root } from './prepare.mjs';

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
const selectedUnits =
  all || names.includes('unit') || patterns.length > 0 ? units : units.filter((u) => names.includes(u));
const e2eFiles = readdirSync(join(root, 'test/e2e')).filter((f) => f.endsWith('.test.ts'));
const runsE2e =
  all ||
  names.includes('e2e') ||
  patterns.some((pattern) => e2eFiles.some((f) => new RegExp(pattern).test(`test/e2e/${f}`)));

const NODES_TEST = 'e2e/nodes';
/** How many end-to-end test files run at the same time. */
const E2E_WORKERS = 4;

/** Up to this many failed files are run once more; more cannot be chance. */
const UNSTEADY_MAX = 5;
/** Time limit for the tests of one kind, ms. */
const TIMEOUT_MS = 40 * 60_000;

/** Programs that run now; they end with this one. */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    for (const child of running) kill(child, signal);
    process.exit(130);
  });

const sum = { passed: 0, failed: 0, skipped: 0, unsteady: 0 };
const failures = [];
const unsteady = [];

await orExplain(async () => {
  await prepare();
  // Checks and unit tests use the cores, end-to-end tests mostly wait: they take half as long side by side.
  const results = await Promise.all([checksAndUnits(), endToEnd()]);
  for (const result of results.flat()) await settle(result);
  for (const line of unsteady) console.log(`unsteady (failed, then passed when run again): ${line}`);
  for (const line of failures) console.log(`failed: ${line}`);
  const others = ['skipped', 'unsteady']
    .filter((kind) => sum[kind] > 0)
    .map((kind) => `, ${sum[kind]} ${kind}`);
  console.log(`${sum.passed} passed, ${sum.failed} failed${others.join('')}`);
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
});

async function checksAndUnits() {
  for (const check of checks.filter((c) => all || names.includes(c))) await runCheck(check);
  const workers = `--maxWorkers=${Math.min(4, cpus().length)}`;
  return selectedUnits.length === 0 ? [] : [await runJest('unit', selectedUnits, [workers])];
}

/** The test that needs several lines of Node.js begins when they are built, if they have to be. */
async function endToEnd() {
  if (!runsE2e) return [];
  const isReady = isEveryLineReady();
  const nodesIgnored = withoutNodes();
  if (!(await fetchAgents())) {
    await nodesIgnored;
    return [];
  }
  const missing = [...withoutBrowser(), ...withoutNats()];
  const runWithout = (ignored) =>
    runJest(
      'e2e',
      ['e2e'],
      [
        // Each test runs the whole system in its own directory.
        `--maxWorkers=${E2E_WORKERS}`,
        ...(ignored.length === 0 ? [] : ['--testPathIgnorePatterns', ...ignored, '/node_modules/']),
      ],
    );
  if (isReady) return [await runWithout([...missing, ...(await nodesIgnored)])];
  const others = runWithout([...missing, NODES_TEST]);
  if ((await nodesIgnored).length > 0) return [await others];
  const title = 'e2e under each line of Node.js';
  console.log(`\n== ${title}`);
  const first = await jest(title, ['e2e'], ['--runTestsByPath', `test/${NODES_TEST}.test.ts`]);
  return [await others, { title, projects: ['e2e'], first }];
}

async function runCheck(check) {
  const startedAt = Date.now();
  console.log(`\n== ${check}`);
  const { code } = await run(...npmScript(`check:${check}`), 600_000, offlineEnvironment());
  console.log(`${code === 0 ? 'ok' : 'FAILED'} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  count(code === 0, `npm run check:${check}`);
}

/** The test of the chat page, to be skipped without a browser. */
function withoutBrowser() {
  if (existsSync('/usr/bin/chromium') || process.env.CHROMIUM || process.platform === 'darwin') return [];
  console.log(
    'The chat page is not tested without a browser (set CHROMIUM=<path>, or install Debian’s package chromium).',
  );
  sum.skipped++;
  return ['e2e/browser'];
}

/** The tests of several machines, to be skipped without the server at which they meet. */
function withoutNats() {
  const places = [
    process.env.NATS_SERVER,
    ...['/usr/sbin', '/usr/local/bin', '/usr/bin'].map((dir) => `${dir}/nats-server`),
  ];
  const selected =
    patterns.length === 0 ||
    patterns.some((p) =>
      e2eFiles.some((f) => f.startsWith('cluster') && new RegExp(p).test(`test/e2e/${f}`)),
    );
  if (!selected || places.some((path) => path && existsSync(path))) return [];
  console.log(
    'Several machines with one bot are not tested without nats-server (set NATS_SERVER=<path>, or install Debian’s package nats-server).',
  );
  if (process.env.CI) count(false, 'nats-server for test/e2e/cluster.test.ts');
  else sum.skipped++;
  return ['e2e/cluster'];
}

/** Prepares the lines of Node.js. The test that runs under each, to be skipped where one is missing. */
async function withoutNodes() {
  const selected =
    patterns.length === 0 || patterns.some((p) => new RegExp(p).test('test/e2e/nodes.test.ts'));
  if (!selected) return [NODES_TEST];
  console.log('\n== lines of Node.js for the end-to-end test under each');
  const { code } = await run(process.execPath, [join(root, 'scripts/nodes.mjs')], 900_000);
  if (code === 0) return [];
  console.log('ccbot is not tested under every line of Node.js that it supports.');
  if (process.env.CI) count(false, 'node scripts/nodes.mjs');
  else sum.skipped++;
  return [NODES_TEST];
}

/** Fetches the pinned agents for the end-to-end tests. False when they are not available. */
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
  return { title, projects, first: await jest(title, projects, extra) };
}

/** Counts a result. Runs failed files once more, when nothing else runs. */
async function settle({ title, projects, first }) {
  if (first === null) return;
  const files = first.broken.map(({ path }) => path);
  if (files.length > 0 && files.length <= UNSTEADY_MAX) {
    console.log(`\n== ${title}, once more and one at a time: ${files.join(', ')}`);
    // In band, a timer that a failed test left behind would keep jest from exiting.
    const second = await jest(title, projects, ['--runInBand', '--forceExit', '--runTestsByPath', ...files]);
    if (second === null) return;
    for (const { path, tests } of first.broken) {
      const again = second.broken.find((b) => b.path === path);
      if (again !== undefined) {
        fail(again);
        continue;
      }
      unsteady.push(...namesOf({ path, tests }));
      sum.unsteady += Math.max(1, tests.length);
    }
  } else for (const file of first.broken) fail(file);
  sum.passed += first.passed;
  sum.skipped += first.skipped;
}

/** The names of the failed tests of a file, or of the file when it failed before its tests. */
function namesOf({ path, tests }) {
  return tests.length > 0 ? tests.map((test) => `${path}: ${test}`) : [path];
}

function fail(broken) {
  failures.push(...namesOf(broken));
  sum.failed += Math.max(1, broken.tests.length);
}

/** Runs jest. Resolves with its counts and the failed files; null when it had no result, which is counted as a failure. */
async function jest(title, projects, extra) {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-test-'));
  const outputFile = join(folder, 'result.json');
  try {
    const args = ['--selectProjects', ...projects, '--json', `--outputFile=${outputFile}`];
    const { code, timedOut } = await run(
      bin('jest'),
      [...args, '--passWithNoTests', ...extra],
      TIMEOUT_MS,
      offlineEnvironment(),
    );
    if (timedOut) {
      count(false, `${title} tests (not finished after ${TIMEOUT_MS / 60_000} minutes)`);
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
    failures.push(name);
  }
}

/** Runs a command without input. With --json, its stdout is dropped: jest reports on stderr. */
function run(command, args, timeout, env = process.env) {
  return new Promise((resolve) => {
    const stdout = args.includes('--json') ? 'ignore' : 'inherit';
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', stdout, 'inherit'],
      detached: true,
    });
    running.add(child);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      kill(child, 'SIGKILL');
    }, timeout);
    const finish = (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, timedOut });
    };
    child.on('error', (error) => {
      console.error(error.message);
      finish(127);
    });
    child.on('exit', finish);
  });
}

/** Ends a program and all that it started. */
function kill({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // the process group is gone
  }
}
