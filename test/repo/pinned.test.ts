// Reads: scripts/pinned.mjs scripts/fetch-agents.mjs scripts/nodes.mjs
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { watch } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCRIPT = join(__dirname, '..', '..', 'scripts', 'pinned.mjs');

let dir: string;
let folder: string;
let integrity: string;
/** What differs in the package of this platform. */
let differences: { version: string; program: string } | undefined;

/** Replaces npm: packs the prepared tarball, or fails as the test asks. */
const NPM = `#!/bin/sh
echo "$2" > "$FAKE_DIR/asked"
[ "$FAKE_NPM" = offline ] && { echo "npm error network request failed" >&2; exit 1; }
[ "$FAKE_NPM" = hang ] && { echo $$ > "$FAKE_DIR/pid.tmp"; mv "$FAKE_DIR/pid.tmp" "$FAKE_DIR/pid"; exec sleep 600; }
while [ "$1" != --pack-destination ]; do shift; done
cp "$FAKE_DIR/agent.tgz" "$2/some-agent-1.0.0.tgz"
echo '[{"filename":"some-agent-1.0.0.tgz"}]'
`;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-fetch-'));
  folder = join(dir, 'agents');
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin', 'npm'), NPM, { mode: 0o755 });
  mkdirSync(join(dir, 'package'));
  writeFileSync(join(dir, 'package', 'agent'), '#!/bin/sh\necho I am the agent\n');
  spawnSync('tar', ['czf', join(dir, 'agent.tgz'), '-C', dir, 'package']);
  const tarball = readFileSync(join(dir, 'agent.tgz'));
  integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  differences = undefined;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Result {
  code: number | null;
  output: string;
}

function start(fake = ''): { child: ChildProcess; result: Promise<Result> } {
  const platforms = ['', '-musl'].map((libc) => `${process.platform}-${process.arch}${libc}`);
  const packages = Object.fromEntries(
    platforms.map((name) => [name, ['some-agent', integrity, differences]]),
  );
  const agent = { version: '1.0.0', program: 'package/agent', megabytes: 1, packages };
  const code = `
    import { pinnedPrograms } from ${JSON.stringify(pathToFileURL(SCRIPT).href)};
    await pinnedPrograms({ some: ${JSON.stringify(agent)} }, ${JSON.stringify(folder)}).fetch('some');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: {
      PATH: `${join(dir, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
      FAKE_NPM: fake,
      FAKE_DIR: dir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (d: Buffer) => (output += d.toString()));
  return {
    child,
    result: new Promise((resolve) => child.on('close', (exitCode) => resolve({ code: exitCode, output }))),
  };
}

const program = (): string => join(folder, 'some-1.0.0', 'package', 'agent');

describe('fetching a pinned program for the tests', () => {
  it('installs the verified program, and does nothing the next time', async () => {
    expect(await start().result).toMatchObject({ code: 0 });
    expect(spawnSync(program(), { encoding: 'utf8' }).stdout).toBe('I am the agent\n');
    expect(readdirSync(folder)).toEqual(['some-1.0.0']);
    const again = await start('offline').result;
    expect(again.code).toBe(0);
    expect(again.output).toContain('is already there');
  });

  it('uses the version and the path of the program that differ on a platform', async () => {
    differences = { version: '1.0.0-this-one', program: 'package/agent' };
    expect(await start().result).toMatchObject({ code: 0 });
    expect(readFileSync(join(dir, 'asked'), 'utf8')).toBe('some-agent@1.0.0-this-one\n');
    expect(readdirSync(folder)).toEqual(['some-1.0.0']);
    differences.program = 'package/elsewhere';
    rmSync(folder, { recursive: true });
    expect((await start().result).output).toContain('does not contain package/elsewhere');
  });

  it('refuses a package without the pinned checksum', async () => {
    integrity = 'sha512-AAAA';
    const result = await start().result;
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('expected sha512-AAAA');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('explains a failure without a network, with the output of npm', async () => {
    const result = await start('offline').result;
    expect(result.code).not.toBe(0);
    expect(result.output).toContain('Is the npm registry reachable');
    expect(result.output).toContain('network request failed');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('can run several times at the same time', async () => {
    const all = await Promise.all([start().result, start().result, start().result]);
    expect(all.map((e) => e.code)).toEqual([0, 0, 0]);
    expect(readdirSync(folder)).toEqual(['some-1.0.0']);
    expect(existsSync(program())).toBe(true);
  });

  it('removes what a killed run left, and starts again', async () => {
    const changes = watch(dir);
    const { child, result } = start('hang');
    for await (const change of changes) if (change.filename === 'pid') break;
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^fetch-\d+-/)]);
    child.kill('SIGKILL');
    process.kill(Number(readFileSync(join(dir, 'pid'), 'utf8'))); // a killed process leaves its child behind
    await result;
    expect(await start().result).toMatchObject({ code: 0 });
    expect(readdirSync(folder)).toEqual(['some-1.0.0']);
  });
});

describe.each([
  ['fetch-agents', 'codex'],
  ['nodes', '26'],
])('the command line of %s', (script, name) => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(dirname(SCRIPT), `${script}.mjs`), ...args], { encoding: 'utf8' });

  it('prints where a program is, whether it is there or not', () => {
    const { status, stdout } = run('--print', name);
    expect(stdout).toMatch(new RegExp(`/\\.cache/(?:agents/codex|nodes/node)-\\d`));
    expect([0, 1]).toContain(status);
  });

  it.each([[['--print', 'nothing']], [['--print', 'toString']], [['--help']], [['--print', name, 'more']]])(
    'explains itself and fetches nothing for %j',
    (args) => {
      const { status, stderr, stdout } = run(...args);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(new RegExp(`^${script}: usage: ${script}\\.mjs \\[--print .*${name}.*\\]\n$`));
    },
  );
});
