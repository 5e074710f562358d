// Fetches the agents' command lines that the end-to-end tests run, at pinned versions, into .cache/agents
// (ignored by git; no part of the product). Safe to run twice at once, and after a kill.
//   node scripts/fetch-agents.mjs            fetch what is missing
//   node scripts/fetch-agents.mjs --print claude    only print where the program is
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, '.cache', 'agents');

/** Each agent: its version, the program inside its package, and the package with its checksum for each platform. */
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
};

const args = process.argv.slice(2);
if (args[0] === '--print') {
  const agent = AGENTS[args[1]];
  if (agent === undefined) fail(`unknown agent "${args[1] ?? ''}"; known: ${Object.keys(AGENTS).join(', ')}`);
  const path = programOf(args[1], agent);
  console.log(path);
  process.exit(existsSync(path) ? 0 : 1);
}
for (const [name, agent] of Object.entries(AGENTS)) await fetchAgent(name, agent);

function platform() {
  const musl =
    process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${process.platform}-${process.arch}${musl ? '-musl' : ''}`;
}

function programOf(name, agent) {
  return join(cache, `${name}-${agent.version}`, agent.program);
}

async function fetchAgent(name, agent) {
  const target = join(cache, `${name}-${agent.version}`);
  if (existsSync(programOf(name, agent))) {
    console.log(`${name} ${agent.version} is there`);
    return;
  }
  const [pkg, integrity] = agent.packages[platform()] ?? fail(`${name} has no package for ${platform()}`);
  mkdirSync(cache, { recursive: true });
  // A folder of this run alone; only a whole, verified program is moved into place.
  const work = mkdtempSync(join(cache, 'fetch-'));
  process.on('exit', () => rmSync(work, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
  console.log(`fetching ${pkg} ${agent.version} (about ${agent.megabytes} MB) …`);
  const startedAt = Date.now();
  const heartbeat = setInterval(
    () => console.log(`  … ${Math.round((Date.now() - startedAt) / 1000)} s`),
    5_000,
  );
  let packed;
  try {
    packed = await run(
      'npm',
      ['pack', `${pkg}@${agent.version}`, '--json', '--silent', '--pack-destination', work],
      work,
    );
  } finally {
    clearInterval(heartbeat);
  }
  if (packed.code !== 0)
    fail(`${pkg} could not be fetched (is the npm registry reachable?):\n${packed.err.trim()}`);
  const listing = JSON.parse(packed.out);
  const first = Array.isArray(listing) ? listing[0] : Object.values(listing)[0];
  const tarball = join(work, first.filename.replace('@', '').replace('/', '-'));
  const found = await sha512(tarball);
  if (found !== integrity)
    fail(`${pkg} ${agent.version} has the checksum ${found}, expected ${integrity}; it was not used`);
  console.log(`  ${Math.round(statSync(tarball).size / 1e6)} MB, verified; unpacking …`);
  const unpacked = await run('tar', ['xzf', tarball, '-C', work], work);
  if (unpacked.code !== 0) fail(`the package could not be unpacked: ${unpacked.err.trim()}`);
  rmSync(tarball);
  chmodSync(join(work, agent.program), 0o755);
  try {
    renameSync(work, target);
  } catch (error) {
    if (!existsSync(programOf(name, agent))) throw error; // else another run was quicker
  }
  console.log(`${name} ${agent.version} is ready after ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

async function sha512(path) {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha512-${hash.digest('base64')}`;
}

function run(program, argv, cwd) {
  return new Promise((resolve) => {
    const child = spawn(program, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (d) => (out += d));
    child.stderr.on('data', (d) => (err += d));
    child.on('error', (error) => resolve({ code: 1, out, err: error.message }));
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

function fail(text) {
  console.error(`fetch-agents: ${text}`);
  process.exit(1);
}
