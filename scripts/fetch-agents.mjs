// Fetches the agents that the end-to-end tests run, at pinned versions, into .cache/agents; see `pinned.mjs`.
//   node scripts/fetch-agents.mjs                   fetch what is missing
//   node scripts/fetch-agents.mjs --print codex     only print the path of the program; exit code 1 when it is missing
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine, pinnedPrograms } from './pinned.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

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

const agents = pinnedPrograms(AGENTS, join(root, '.cache', 'agents'));

process.exitCode = await commandLine('fetch-agents', agents, {
  async fetch() {
    for (const name of agents.names) await agents.fetch(name);
  },
  print: (name) => ({ text: agents.programOf(name), isReady: agents.isThere(name) }),
});
