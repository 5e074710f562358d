// Programs that come from npm as packages, one for each platform, at pinned versions: for the tests, ignored by git, not part
// of the product. Safe to use twice at the same time, and after a kill.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

/** Interval of the progress lines, ms. */
const PROGRESS_MS = 2_000;

/** A temporary folder older than this is abandoned, even if its process id is in use, ms. */
const STALE_MS = 3_600_000;

/** An error that the user has to fix. */
export class UserError extends Error {}

/**
 * The programs of a table, in `folder`. The table says for each: its version, the path of the program in its package, the
 * approximate download size, and for each platform the package with its checksum and what differs there (the name of the
 * version, the path of the program). `label`: how a program is called in messages.
 */
export function pinnedPrograms(table, folder, label = (name) => name) {
  const programOf = (name) => {
    const { version, program = '', packages } = table[name];
    return join(folder, `${label(name)}-${version}`, packages[platform()]?.[2]?.program ?? program);
  };
  return {
    names: Object.keys(table),
    has: (name) => Object.hasOwn(table, name ?? ''),
    programOf,
    isThere: (name) => existsSync(programOf(name)),
    /**
     * Fetches a program, unless it is there already. Throws a UserError when it cannot be fetched or is not the expected
     * one; then the folder contains nothing of it.
     */
    async fetch(name, say = console.log) {
      const entry = table[name];
      const title = `${label(name)} ${entry.version}`;
      const source = entry.packages[platform()];
      if (source === undefined) throw new UserError(`${label(name)} has no package for ${platform()}`);
      if (existsSync(programOf(name))) return say(`${title} is already there`);
      const seconds = await inWorkFolder(folder, async (work) => {
        await download(entry, source, work, say);
        move(work, join(folder, `${label(name)}-${entry.version}`), programOf(name));
      });
      say(`${title} is ready after ${seconds} s`);
    },
  };
}

function platform() {
  const isMusl =
    process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${process.platform}-${process.arch}${isMusl ? '-musl' : ''}`;
}

/**
 * Does work in a folder of its own inside `folder`, which it moves from there once it is complete. Whatever is left is
 * removed, also what killed runs left. Resolves with the seconds it took.
 */
export async function inWorkFolder(folder, work) {
  mkdirSync(folder, { recursive: true });
  sweep(folder);
  const place = mkdtempSync(join(folder, `fetch-${process.pid}-`));
  const clean = () => rmSync(place, { recursive: true, force: true });
  process.once('exit', clean);
  const startedAt = Date.now();
  try {
    await work(place);
  } finally {
    process.off('exit', clean);
    clean();
  }
  return Math.round((Date.now() - startedAt) / 1000);
}

/** Downloads, verifies and unpacks a package into `work`. */
async function download(entry, [pkg, integrity, differences = {}], work, say) {
  const { version, program } = { ...entry, ...differences };
  const spec = `${pkg}@${version}`;
  say(`fetching ${spec} (about ${entry.megabytes} MB) …`);
  // npm reports no progress. What it has loaded so far is in its cache, so this run gets its own cache.
  const npmCache = join(work, 'npm-cache');
  const ticker = setInterval(() => {
    const loaded = megabytes(bytesIn(npmCache));
    say(`  … ${loaded} MB, ${Math.min(100, Math.round((loaded / entry.megabytes) * 100))} %`);
  }, PROGRESS_MS);
  let packed;
  try {
    const options = ['--json', '--silent', '--pack-destination', work, '--cache', npmCache];
    packed = await run('npm', ['pack', spec, ...options], { cwd: work });
  } finally {
    clearInterval(ticker);
  }
  const tarball = readdirSync(work).find((file) => file.endsWith('.tgz'));
  if (packed.code !== 0 || tarball === undefined) {
    const output = packed.err.trim() || packed.out.trim();
    throw new UserError(
      `${spec} could not be fetched. Is the npm registry reachable? Output of npm:\n${output}`,
    );
  }
  rmSync(npmCache, { recursive: true, force: true });
  const path = join(work, tarball);
  const checksum = await sha512(path);
  if (checksum !== integrity)
    throw new UserError(`${spec} has the checksum ${checksum}, expected ${integrity}; it was not used`);
  say(`  ${megabytes(statSync(path).size)} MB, verified; unpacking …`);
  const unpacked = await run('tar', ['xzf', path, '-C', work], { cwd: work });
  if (unpacked.code !== 0) throw new UserError(`${spec} could not be unpacked: ${unpacked.err.trim()}`);
  rmSync(path);
  if (!existsSync(join(work, program))) throw new UserError(`${spec} does not contain ${program}`);
  chmodSync(join(work, program), 0o755);
}

/** Moves the folder to `target`, unless another run was faster: then `program` is there. */
export function move(work, target, program = target) {
  try {
    renameSync(work, target);
  } catch (error) {
    if (!existsSync(program)) throw error;
  }
}

/** Removes the folders of killed runs. */
function sweep(folder) {
  for (const file of readdirSync(folder)) {
    const pid = Number(/^fetch-(\d+)-/.exec(file)?.[1]);
    const path = join(folder, file);
    if (Number.isNaN(pid)) continue;
    if (!isAlive(pid) || Date.now() - statSync(path, { throwIfNoEntry: false })?.mtimeMs > STALE_MS)
      rmSync(path, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // it belongs to another user
  }
}

function bytesIn(folder) {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name)).size;
  } catch {
    return sum; // npm has not created it yet, or is moving a file
  }
  return sum;
}

const megabytes = (bytes) => Math.round(bytes / 1e6);

async function sha512(path) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

/** Runs a program, which is killed when this process exits. Never rejects. */
export function run(program, argv, { cwd, env = process.env }) {
  return new Promise((resolve) => {
    const child = spawn(program, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill();
    process.once('exit', kill);
    let out = '';
    let err = '';
    child.stdout.on('data', (d) => (out += d));
    child.stderr.on('data', (d) => (err += d));
    const finish = (code, message = '') => {
      process.off('exit', kill);
      resolve({ code, out, err: err + message });
    };
    child.on('error', (error) => finish(127, error.message));
    child.on('close', (code) => finish(code));
  });
}

/**
 * The command line of a script for pinned programs: without arguments it runs `fetch`, with `--print NAME` it prints what
 * `print` returns. Resolves with the exit code; `--print` of what is not there ends with 1.
 */
export async function commandLine(script, programs, { fetch, print }) {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])
    process.once(signal, () => process.exit(code));
  const [option, name, ...more] = process.argv.slice(2);
  try {
    if (option === undefined) {
      await fetch();
      return 0;
    }
    if (option !== '--print' || !programs.has(name) || more.length > 0)
      throw new UserError(`usage: ${script}.mjs [--print ${programs.names.join('|')}]`);
    const { text, isReady } = print(name);
    console.log(text);
    return isReady ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const line of error.message.split('\n')) console.error(`${script}: ${line}`);
    return 1;
  }
}
