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

const SCRIPT = join(__dirname, '..', '..', 'scripts', 'fetch-agents.mjs');

let dir: string;
let folder: string;
let integrity: string;
/** What is peculiar to the package of this platform. */
let own: { version: string; program: string } | undefined;

/** A stand-in for npm: packs the prepared tarball, or does what the test asks for. */
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
  own = undefined;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  said: string;
}

function begin(fake = ''): { child: ChildProcess; ended: Promise<Ended> } {
  const platforms = ['', '-musl'].map((libc) => `${process.platform}-${process.arch}${libc}`);
  const packages = Object.fromEntries(platforms.map((name) => [name, ['some-agent', integrity, own]]));
  const agent = { version: '1.0.0', program: 'package/agent', megabytes: 1, packages };
  const code = `
    import { fetchAgent } from ${JSON.stringify(pathToFileURL(SCRIPT).href)};
    await fetchAgent('some', ${JSON.stringify(agent)}, { folder: ${JSON.stringify(folder)} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: {
      PATH: `${join(dir, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
      FAKE_NPM: fake,
      FAKE_DIR: dir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (d: Buffer) => (said += d.toString()));
  return { child, ended: new Promise((resolve) => child.on('close', (c) => resolve({ code: c, said }))) };
}

const program = (): string => join(folder, 'some-1.0.0', 'package', 'agent');

describe('fetching an agent for the tests', () => {
  it('puts the verified program in its place, ready to run, and does nothing the next time', async () => {
    expect(await begin().ended).toMatchObject({ code: 0 });
    expect(spawnSync(program(), { encoding: 'utf8' }).stdout).toBe('I am the agent\n');
    expect(readdirSync(folder)).toEqual(['some-1.0.0']);
    const again = await begin('offline').ended;
    expect(again.code).toBe(0);
    expect(again.said).toContain('is there');
  });

  it('asks for the version, and finds the program, that a platform calls otherwise', async () => {
    own = { version: '1.0.0-this-one', program: 'package/agent' };
    expect(await begin().ended).toMatchObject({ code: 0 });
    expect(readFileSync(join(dir, 'asked'), 'utf8')).toBe('some-agent@1.0.0-this-one\n');
    expect(readdirSync(folder)).toEqual(['some-1.0.0']);
    own.program = 'package/elsewhere';
    rmSync(folder, { recursive: true });
    expect((await begin().ended).said).toContain('holds no package/elsewhere');
  });

  it('uses nothing whose checksum is not the pinned one', async () => {
    integrity = 'sha512-AAAA';
    const ended = await begin().ended;
    expect(ended.code).not.toBe(0);
    expect(ended.said).toContain('expected sha512-AAAA');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says what failed without a network, with npm’s own words', async () => {
    const ended = await begin('offline').ended;
    expect(ended.code).not.toBe(0);
    expect(ended.said).toContain('Is the npm registry reachable');
    expect(ended.said).toContain('network request failed');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('may run several times at once', async () => {
    const all = await Promise.all([begin().ended, begin().ended, begin().ended]);
    expect(all.map((e) => e.code)).toEqual([0, 0, 0]);
    expect(readdirSync(folder)).toEqual(['some-1.0.0']);
    expect(existsSync(program())).toBe(true);
  });

  it('clears away what a killed run left, and begins anew', async () => {
    const changes = watch(dir);
    const { child, ended } = begin('hang');
    for await (const change of changes) if (change.filename === 'pid') break;
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^fetch-\d+-/)]);
    child.kill('SIGKILL');
    process.kill(Number(readFileSync(join(dir, 'pid'), 'utf8'))); // a killed process leaves its child
    await ended;
    expect(await begin().ended).toMatchObject({ code: 0 });
    expect(readdirSync(folder)).toEqual(['some-1.0.0']);
  });
});
