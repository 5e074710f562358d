import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPlace } from '../machines/place';
import { normalRemote } from './remote';
import { changedPaths, createGit, type Repository } from './repository';
import { gitRunner } from './run';

let dir: string;
let remote: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'ccbot-git-')));
  remote = join(dir, 'remote.git');
  git(dir, 'init', '-q', '--bare', '-b', 'main', remote);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const env = {
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};
const tool = createGit(gitRunner(env));

function git(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

function clone(name: string): string {
  git(dir, 'clone', '-q', remote, name);
  const path = join(dir, name);
  git(path, 'checkout', '-q', '-B', 'main');
  return path;
}

function commit(path: string, file: string): string {
  writeFileSync(join(path, file), file);
  git(path, 'add', '.');
  git(path, 'commit', '-q', '-m', file);
  return git(path, 'rev-parse', 'HEAD');
}

async function found(path: string): Promise<Repository> {
  const inspected = await tool.inspect(path);
  if (inspected.is !== 'repository') throw new Error(JSON.stringify(inspected));
  return inspected.repository;
}

describe('a clone', () => {
  it('is seen as it is: branch, commit, remotes, and everything that is not committed', async () => {
    const path = clone('shop');
    expect(await found(path)).toMatchObject({ branch: 'main', head: null, changes: [] });
    const head = commit(path, 'old name');
    mkdirSync(join(path, 'src/deep'), { recursive: true });
    writeFileSync(join(path, 'src/deep/new\nfile'), '');
    git(path, 'mv', 'old name', 'new name');
    git(path, 'config', 'remote.origin.pushurl', 'https://example.org/shop.git');
    expect(await found(join(path, 'src'))).toEqual({
      root: path,
      below: 'src',
      branch: 'main',
      head,
      remotes: [{ name: 'origin', url: remote, pushUrl: 'https://example.org/shop.git' }],
      changes: ['new name', 'src/deep/new\nfile'],
    });
    git(path, 'checkout', '-q', '--detach');
    expect((await found(path)).branch).toBeNull();
    expect(await tool.inspect(dir)).toEqual({ is: 'none' });
    expect(changedPaths('')).toEqual([]);
  });

  it('is pushed to and fetched from without force', async () => {
    const [ada, bob] = [clone('ada'), clone('bob')];
    const first = commit(ada, 'a');
    const origin = (await found(ada)).remotes[0];
    if (origin === undefined) throw new Error('no remote');
    expect(await tool.tip(ada, origin.url, 'main')).toEqual({ ok: true, commit: null });
    expect(await tool.ahead(ada, null, first)).toBe(1);
    expect(await tool.push(ada, origin.url, first, 'main')).toEqual({ ok: true });
    expect(await tool.tip(ada, origin.url, 'main')).toEqual({ ok: true, commit: first });
    expect(await tool.fetch(bob, origin, 'main', first)).toEqual({ ok: true });
    expect(await tool.forward(bob, first)).toEqual({ ok: true });
    const [theirs, ours] = [commit(bob, 'b'), commit(ada, 'c')];
    expect(await tool.push(bob, origin.url, theirs, 'main')).toEqual({ ok: true });
    const refused = await tool.push(ada, origin.url, ours, 'main');
    expect(refused).toEqual({ ok: false, reason: expect.stringContaining('rejected') as string });
    expect(await tool.contains(ada, ours, theirs)).toBe(false);
    expect(await tool.fetch(bob, origin, 'main', ours)).toMatchObject({ ok: false });
    expect(await tool.forward(bob, ours)).toMatchObject({ ok: false });
    expect(git(bob, 'rev-parse', 'HEAD')).toBe(theirs);
    expect(await tool.tip(ada, join(dir, 'nothing.git'), 'main')).toMatchObject({ ok: false });
    expect(await tool.fetch(bob, origin, 'nothing', first)).toMatchObject({ ok: false });
  });

  it('does not make git run the programs that its settings and hooks name', async () => {
    const path = clone('shop');
    const head = commit(path, 'a');
    const proof = join(dir, 'proof');
    const program = join(dir, 'program');
    writeFileSync(program, `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    writeFileSync(join(path, '.git/hooks/pre-push'), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    git(path, 'config', 'core.fsmonitor', program);
    await found(path);
    expect(await tool.push(path, remote, head, 'main')).toEqual({ ok: true });
    for (const [key, value] of [
      ['core.sshCommand', program],
      ['filter.x.clean', program],
      ['credential.helper', `!${program}`],
      ['remote.origin.receivepack', program],
      ['url.ext::sh.insteadOf', remote],
    ] as const) {
      git(path, 'config', key, value);
      expect(await tool.inspect(path)).toEqual({ is: 'unsafe', keys: [expect.any(String)] });
      expect(await tool.push(path, remote, head, 'other')).toMatchObject({ ok: false });
      git(path, 'config', '--unset', key);
    }
    expect(await tool.push(path, `ext::sh -c touch% ${proof}`, head, 'main')).toMatchObject({ ok: false });
    expect(existsSync(proof)).toBe(false);
  });
});

describe('where a session of another machine continues', () => {
  const home = (): string => join(dir, 'home');
  const place = (clonedFrom: string[], used: string[] = [], below = '') =>
    findPlace(
      tool,
      { cwd: '/nonexistent/shop', home: 'shop', clone: { below, remotes: clonedFrom.map(normalRemote) } },
      { home: home(), used },
    );

  it('is the clone with the same remote: in the same place, or where other sessions work', async () => {
    mkdirSync(join(home(), 'shop'), { recursive: true });
    const path = clone('elsewhere');
    mkdirSync(join(path, 'src'));
    expect(await place([remote])).toEqual({ ok: false, why: 'no-clone' });
    expect(await place([remote], [path])).toMatchObject({ ok: true, cwd: path });
    expect(await place([`file://${remote}/`], [join(path, 'src')], 'src')).toMatchObject({
      cwd: join(path, 'src'),
    });
    expect(await place([remote], [path], 'gone')).toMatchObject({ cwd: path });
    expect(await place(['https://example.org/other.git'], [path])).toEqual({ ok: false, why: 'no-clone' });
    git(dir, 'clone', '-q', remote, join(home(), 'shop'));
    expect(await place([remote], [path])).toMatchObject({ cwd: join(home(), 'shop') });
  });

  it('is the same directory for one that works in no clone with a remote', async () => {
    expect(await place([])).toEqual({ ok: false, why: 'no-directory' });
    mkdirSync(join(home(), 'shop'), { recursive: true });
    expect(await place([])).toEqual({ ok: true, cwd: join(home(), 'shop') });
  });
});
