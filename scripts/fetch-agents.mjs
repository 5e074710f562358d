// Fetches the agents' command lines that the end-to-end tests run, at pinned versions, into .cache/agents
// (ignored by git; no part of the product). Safe to run twice at once, and after a kill.
//   node scripts/fetch-agents.mjs                   fetch what is missing
//   node scripts/fetch-agents.mjs --print codex     only print where the program is; exit code 1 when it is not there
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
 * Each agent: its version, the program inside its package, about how much is to be loaded, and for each platform the
 * package with its checksum, and what is peculiar to it there (its version's name, the program's place).
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
// Codex's Linux programs are linked statically: they run beside either C library.
for (const arch of ['x64', 'arm64'])
  AGENTS.codex.packages[`linux-${arch}-musl`] = AGENTS.codex.packages[`linux-${arch}`];

/** Codex comes as one package whose versions carry the platform's name, with the program in a folder named after it. */
function codex(suffix, target, integrity) {
  const program = `package/vendor/${target}/bin/codex`;
  return ['@openai/codex', integrity, { version: `0.169.0-${suffix}`, program }];
}

/** Time between two lines about the progress, ms. */
const PROGRESS_MS = 2_000;

/** A temporary folder older than this, ms, belongs to no run any more, whatever its process id says. */
const STALE_MS = 3_600_000;

/** Something that the person has to know and do something about. */
class Trouble extends Error {}

const programOf = (folder, name, agent) =>
  join(folder, `${name}-${agent.version}`, agent.packages[platform()]?.[2]?.program ?? agent.program ?? '');

function platform() {
  const musl =
    process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${process.platform}-${process.arch}${musl ? '-musl' : ''}`;
}

/**
 * Fetches one agent into `folder`, unless it is there. Throws a Trouble when it cannot be fetched, or is not what it
 * should be; then nothing of it is left in the folder.
 */
export async function fetchAgent(name, agent, { folder = cache, say = console.log } = {}) {
  const chosen = agent.packages[platform()];
  if (chosen === undefined) throw new Trouble(`${name} has no package for ${platform()}`);
  if (existsSync(programOf(folder, name, agent))) {
    say(`${name} ${agent.version} is there`);
    return;
  }
  mkdirSync(folder, { recursive: true });
  sweep(folder);
  // A folder of this run alone; only a whole, verified program is moved into place.
  const work = mkdtempSync(join(folder, `fetch-${process.pid}-`));
  const clean = () => rmSync(work, { recursive: true, force: true });
  process.once('exit', clean);
  const startedAt = Date.now();
  try {
    await bring(name, agent, chosen, work, say);
    move(work, join(folder, `${name}-${agent.version}`), programOf(folder, name, agent));
  } finally {
    process.off('exit', clean);
    clean();
  }
  say(`${name} ${agent.version} is ready after ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

async function bring(name, agent, [pkg, integrity, own = {}], work, say) {
  const { version, program: inside } = { ...agent, ...own };
  const spec = `${pkg}@${version}`;
  say(`fetching ${spec} (about ${agent.megabytes} MB) …`);
  // npm says nothing while it loads; what has come so far lies in its cache, so it gets one of its own.
  const store = join(work, 'npm-cache');
  const ticker = setInterval(() => {
    const come = megabytes(bytesIn(store));
    say(`  … ${come} MB, ${Math.min(100, Math.round((come / agent.megabytes) * 100))} %`);
  }, PROGRESS_MS);
  let packed;
  try {
    const options = ['--json', '--silent', '--pack-destination', work, '--cache', store];
    packed = await run('npm', ['pack', spec, ...options], work);
  } finally {
    clearInterval(ticker);
  }
  const tarball = readdirSync(work).find((file) => file.endsWith('.tgz'));
  if (packed.code !== 0 || tarball === undefined) {
    const said = packed.err.trim() || packed.out.trim();
    throw new Trouble(
      `${spec} could not be fetched. Is the npm registry reachable from here? npm said:\n${said}`,
    );
  }
  rmSync(store, { recursive: true, force: true });
  const path = join(work, tarball);
  const found = await sha512(path);
  if (found !== integrity)
    throw new Trouble(`${spec} has the checksum ${found}, expected ${integrity}; it was not used`);
  say(`  ${megabytes(statSync(path).size)} MB, verified; unpacking …`);
  const unpacked = await run('tar', ['xzf', path, '-C', work], work);
  if (unpacked.code !== 0) throw new Trouble(`${spec} could not be unpacked: ${unpacked.err.trim()}`);
  rmSync(path);
  const program = join(work, inside);
  if (!existsSync(program)) throw new Trouble(`${spec} holds no ${inside}`);
  chmodSync(program, 0o755);
}

/** Puts the folder in its place; when another run was quicker, its program is as good. */
function move(work, target, program) {
  try {
    renameSync(work, target);
  } catch (error) {
    if (!existsSync(program)) throw error;
  }
}

/** Removes what runs left that were killed. */
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
    return error.code === 'EPERM'; // somebody else's
  }
}

function bytesIn(folder) {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name)).size;
  } catch {
    return sum; // npm has not made it yet, or moves a file at this moment
  }
  return sum;
}

const megabytes = (bytes) => Math.round(bytes / 1e6);

async function sha512(path) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

/** Runs a program to its end; it ends with this process. */
function run(program, argv, cwd) {
  return new Promise((resolve) => {
    const child = spawn(program, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill();
    process.once('exit', kill);
    let out = '';
    let err = '';
    child.stdout.on('data', (d) => (out += d));
    child.stderr.on('data', (d) => (err += d));
    const done = (code, more = '') => {
      process.off('exit', kill);
      resolve({ code, out, err: err + more });
    };
    child.on('error', (error) => done(127, error.message));
    child.on('close', (code) => done(code));
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
    throw new Trouble(`usage: fetch-agents.mjs [--print ${Object.keys(AGENTS).join('|')}]`);
  const path = programOf(cache, name, agent);
  console.log(path);
  return existsSync(path) ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    console.error(`fetch-agents: ${error.message}`);
    process.exitCode = 1;
  }
}
