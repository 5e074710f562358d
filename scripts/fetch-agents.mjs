// Fetches the agents that the end-to-end tests run, at pinned versions, into .cache/agents (ignored by git, not part of
// the product). Safe to run twice at the same time, and after a kill.
//   node scripts/fetch-agents.mjs                   fetch what is missing
//   node scripts/fetch-agents.mjs --print codex     only print the path of the program; exit code 1 when it is missing
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
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, '.cache', 'agents');

/**
 * For each agent: its version, the path of the program in its package, the approximate download size, and for each platform
 * the package with its checksum and what differs there (the name of the version, the path of the program).
 */
const AGENTS = {
  claude: {
    version: '2.1.330',
    program: 'package/claude',
    megabytes: 175,
    packages: {
      'linux-x64': [
        '@anthropic-ai/claude-code-linux-x64',
        'sha512-9Gn+V7DtJ8M1nztP9CeDVl9g3RtrepI7rOFTyPRRnZe8D6zebIHKmC7OvBauucuAP0X0k85SDN/LPVZyjsGezQ==',
      ],
      'linux-x64-musl': [
        '@anthropic-ai/claude-code-linux-x64-musl',
        'sha512-OnduSSPY1b59FA8jTbq20Y1XkDUV0S1OVyvYBNslEbpX79P81JF7Ih4lgYvDKiFnnSv75z4Kv6qLE5DQqogYXA==',
      ],
      'linux-arm64': [
        '@anthropic-ai/claude-code-linux-arm64',
        'sha512-V4yanAY5EA5UpwwRPtjSfqDbNqAlUJeVn3NYZw2AgmRHjdpSsLtHAzbxRXfkAnbjwTXzE0uedjQxUY02ARPcsA==',
      ],
      'linux-arm64-musl': [
        '@anthropic-ai/claude-code-linux-arm64-musl',
        'sha512-NemfeTqZ30tQDhAeumZgDYoX4ewhAHkN3dbcsyvlgb+yvpKUlcYu5Bor8K+Du5azGe3uy9sftlJxbGhTsCR7zA==',
      ],
      'darwin-arm64': [
        '@anthropic-ai/claude-code-darwin-arm64',
        'sha512-rgzAjrRJJsIdZXGF9CCFFbURxKuJNobRr+krV3dNmqNJWIws74rLD0CABe4+nXlx/9WwRECTrveprWB96mubqw==',
      ],
      'darwin-x64': [
        '@anthropic-ai/claude-code-darwin-x64',
        'sha512-XenTNj2zXaFrnLmf47n25vChfFhlfeyaAR/vW5SFsEnLGwd2U1vDUY97+5etHBZu3xWBnlK8HhBVxzRi9YTUDw==',
      ],
    },
  },
  codex: {
    version: '0.169.0',
    megabytes: 167,
    packages: {
      'linux-x64': codex(
        'linux-x64',
        'x86_64-unknown-linux-musl',
        'sha512-o05NyAOCDygSPRo1yinzxvkRSdmsZyBD9E7mbpmjRanSfM8lypqWtQgEo4XfNkwhuCR2aFu8mlGOsQGFXVbVww==',
      ),
      'linux-arm64': codex(
        'linux-arm64',
        'aarch64-unknown-linux-musl',
        'sha512-NZ/DaQUpcQmxmqee7Z9uC1rzw3GhSbooawcaTe1LN5Yk+WlinUKGdTXJgClRT/9ogQEEM9TWxYzvxPfj5G/xFg==',
      ),
      'darwin-x64': codex(
        'darwin-x64',
        'x86_64-apple-darwin',
        'sha512-K1FKSsSLl9v3z5TeagBQXyQRDBIGB5Jncy5dxsRxwT3aaTqN3AI8VrCfoxBxKMOOU9O2QX1vg7WkBwNVth/s9A==',
      ),
      'darwin-arm64': codex(
        'darwin-arm64',
        'aarch64-apple-darwin',
        'sha512-5WsWFBbVP78D+6FvNo1MMVxLPZdmcoQlqVJFrF4qx/TmvneLnMQKtLyXkUo54XOTDfoYKpNouTJ/F7gTVA8FnQ==',
      ),
    },
  },
};
// Codex's Linux programs are linked statically, so they run with either C library.
for (const arch of ['x64', 'arm64'])
  AGENTS.codex.packages[`linux-${arch}-musl`] = AGENTS.codex.packages[`linux-${arch}`];

/** Codex is one package with a version per platform, which has the program in a folder named after the platform. */
function codex(suffix, target, integrity) {
  const program = `package/vendor/${target}/bin/codex`;
  return ['@openai/codex', integrity, { version: `0.169.0-${suffix}`, program }];
}

/** Interval of the progress lines, ms. */
const PROGRESS_MS = 2_000;

/** A temporary folder older than this is abandoned, even if its process id is in use, ms. */
const STALE_MS = 3_600_000;

/** An error that the user has to fix. */
class UserError extends Error {}

const programOf = (folder, name, agent) =>
  join(folder, `${name}-${agent.version}`, agent.packages[platform()]?.[2]?.program ?? agent.program ?? '');

function platform() {
  const isMusl =
    process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${process.platform}-${process.arch}${isMusl ? '-musl' : ''}`;
}

/**
 * Fetches an agent into `folder`, unless it is there already. Throws a UserError when it cannot be fetched or is not the
 * expected one; then the folder contains nothing of it.
 */
export async function fetchAgent(name, agent, { folder = cache, say = console.log } = {}) {
  const source = agent.packages[platform()];
  if (source === undefined) throw new UserError(`${name} has no package for ${platform()}`);
  if (existsSync(programOf(folder, name, agent))) {
    say(`${name} ${agent.version} is already there`);
    return;
  }
  mkdirSync(folder, { recursive: true });
  sweep(folder);
  // Each run has its own folder; only a complete, verified program is moved into place.
  const work = mkdtempSync(join(folder, `fetch-${process.pid}-`));
  const clean = () => rmSync(work, { recursive: true, force: true });
  process.once('exit', clean);
  const startedAt = Date.now();
  try {
    await download(agent, source, work, say);
    move(work, join(folder, `${name}-${agent.version}`), programOf(folder, name, agent));
  } finally {
    process.off('exit', clean);
    clean();
  }
  say(`${name} ${agent.version} is ready after ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** Downloads, verifies and unpacks a package into `work`. */
async function download(agent, [pkg, integrity, differences = {}], work, say) {
  const { version, program } = { ...agent, ...differences };
  const spec = `${pkg}@${version}`;
  say(`fetching ${spec} (about ${agent.megabytes} MB) …`);
  // npm reports no progress. What it has loaded so far is in its cache, so this run gets its own cache.
  const npmCache = join(work, 'npm-cache');
  const ticker = setInterval(() => {
    const loaded = megabytes(bytesIn(npmCache));
    say(`  … ${loaded} MB, ${Math.min(100, Math.round((loaded / agent.megabytes) * 100))} %`);
  }, PROGRESS_MS);
  let packed;
  try {
    const options = ['--json', '--silent', '--pack-destination', work, '--cache', npmCache];
    packed = await run('npm', ['pack', spec, ...options], work);
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
  const unpacked = await run('tar', ['xzf', path, '-C', work], work);
  if (unpacked.code !== 0) throw new UserError(`${spec} could not be unpacked: ${unpacked.err.trim()}`);
  rmSync(path);
  if (!existsSync(join(work, program))) throw new UserError(`${spec} does not contain ${program}`);
  chmodSync(join(work, program), 0o755);
}

/** Moves the folder into place, unless another run was faster. */
function move(work, target, program) {
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

/** Runs a program, which is killed when this process exits. */
function run(program, argv, cwd) {
  return new Promise((resolve) => {
    const child = spawn(program, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
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

async function main(args) {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])
    process.once(signal, () => process.exit(code));
  if (args.length === 0) {
    for (const [name, agent] of Object.entries(AGENTS)) await fetchAgent(name, agent);
    return 0;
  }
  const [option, name] = args;
  const agent = Object.hasOwn(AGENTS, name ?? '') ? AGENTS[name] : undefined;
  if (option !== '--print' || agent === undefined || args.length > 2)
    throw new UserError(`usage: fetch-agents.mjs [--print ${Object.keys(AGENTS).join('|')}]`);
  const path = programOf(cache, name, agent);
  console.log(path);
  return existsSync(path) ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`fetch-agents: ${error.message}`);
    process.exitCode = 1;
  }
}
