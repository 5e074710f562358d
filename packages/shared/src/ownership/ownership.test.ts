import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithUsers, USERS } from '../fixtures/other-user';
import { ensureDirectories, inspectDirectories, pathsOf } from '../config/paths';
import { checkAncestors } from './ancestors';
import { NotOursError, openOwnDirectory, setOwnMode } from './directory';
import { makeOwnDirectory } from './make';
import { connectOwn, listenOwn } from './socket';

const [stranger] = USERS;
let base: string;
let servers: Server[];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ccbot-own-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  rmSync(base, { recursive: true, force: true });
});

/** Listens at a path, with no precautions; counts its connections. */
async function listen(path: string): Promise<{ connections(): number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => undefined).resume();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  chmodSync(path, 0o600);
  return { connections: () => connections };
}

/** What a connection says first: `connect`, or the error. */
function outcome(path: string): Promise<unknown> {
  const socket = connectOwn(path);
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy();
      resolve('connect');
    });
    socket.once('error', resolve);
  });
}

const privateDirectory = (name: string, mode = 0o700): string => {
  const path = join(base, name);
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
};

describe('connecting to a socket', () => {
  it('works at a path far longer than a socket may have, and leaves no descriptor behind', async () => {
    const directory = join(base, 'd'.repeat(200), 'run');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const before = readdirSync('/proc/self/fd').length;
    const path = join(directory, 'worker.sock');
    const server = createServer((socket) => socket.end());
    await listenOwn(server, path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await outcome(path)).toBe('connect');
    await new Promise((resolve) => server.close(resolve));
    expect(existsSync(path)).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });

  it('replaces the socket that a killed process left, and a file in its place', async () => {
    const path = join(privateDirectory('run'), 'worker.sock');
    writeFileSync(path, '');
    const server = createServer((socket) => socket.end());
    servers.push(server);
    await listenOwn(server, path);
    expect(await outcome(path)).toBe('connect');
  });

  it.each<[string, () => string]>([
    ['no directory', () => join(base, 'nothing', 'worker.sock')],
    ['no socket', () => join(privateDirectory('run'), 'worker.sock')],
  ])('says that there is %s like any connection', async (_what, prepare) => {
    expect(await outcome(prepare())).toMatchObject({ code: 'ENOENT' });
  });

  it.each([0o755, 0o770, 0o711, 0o777, 0o1777])('is refused in a directory of mode %o', async (mode) => {
    const path = join(privateDirectory('run', mode), 'worker.sock');
    const spy = await listen(path);
    expect(await outcome(path)).toBeInstanceOf(NotOursError);
    expect(spy.connections()).toBe(0);
  });

  it('is refused through a link to a directory, and to a socket', async () => {
    const run = privateDirectory('run');
    const spy = await listen(join(run, 'worker.sock'));
    symlinkSync(run, join(base, 'link'));
    expect(await outcome(join(base, 'link', 'worker.sock'))).toBeInstanceOf(NotOursError);
    const other = privateDirectory('other');
    symlinkSync(join(run, 'worker.sock'), join(other, 'worker.sock'));
    expect(await outcome(join(other, 'worker.sock'))).toBeInstanceOf(NotOursError);
    expect(spy.connections()).toBe(0);
  });

  it.each([0o666, 0o622, 0o620])('is refused for a socket of mode %o', async (mode) => {
    const path = join(privateDirectory('run'), 'worker.sock');
    const spy = await listen(path);
    chmodSync(path, mode);
    expect(await outcome(path)).toBeInstanceOf(NotOursError);
    expect(spy.connections()).toBe(0);
  });

  it('is refused when a file is in its place', async () => {
    const path = join(privateDirectory('run'), 'worker.sock');
    writeFileSync(path, '', { mode: 0o600 });
    expect(await outcome(path)).toBeInstanceOf(NotOursError);
  });

  it('can be written to before the refusal is known, and nothing is thrown', async () => {
    const socket = connectOwn(join(privateDirectory('run', 0o755), 'worker.sock'));
    const error = once(socket, 'error');
    socket.setTimeout(1_000);
    socket.end('a prompt\n');
    expect((await error)[0]).toBeInstanceOf(NotOursError);
  });
});

describeWithUsers('what belongs to another user', () => {
  it('is not connected to, be it the directory or the socket', async () => {
    const run = privateDirectory('run');
    const path = join(run, 'worker.sock');
    const spy = await listen(path);
    chownSync(path, stranger, stranger);
    expect(await outcome(path)).toBeInstanceOf(NotOursError);
    chownSync(path, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    chownSync(run, stranger, stranger);
    expect(await outcome(path)).toBeInstanceOf(NotOursError);
    expect(spy.connections()).toBe(0);
  });

  it('is not taken as a directory of ours, nor is its mode changed', () => {
    const theirs = privateDirectory('theirs', 0o777);
    chownSync(theirs, stranger, stranger);
    expect(() => makeOwnDirectory(theirs, 0o700, { link: true })).toThrow(NotOursError);
    expect(statSync(theirs).mode & 0o777).toBe(0o777);
    expect(() => openOwnDirectory(theirs)).toThrow(NotOursError);
  });

  it('keeps its mode also when it was put in the place of ours, as a link or as it is', () => {
    const theirs = privateDirectory('theirs', 0o755);
    chownSync(theirs, stranger, stranger);
    symlinkSync(theirs, join(base, 'link'));
    for (const path of [theirs, join(base, 'link')])
      expect(() => setOwnMode(path, 0o700)).toThrow(NotOursError);
    expect(statSync(theirs).mode & 0o777).toBe(0o755);
    const ours = privateDirectory('ours', 0o755);
    setOwnMode(ours, 0o700);
    expect(statSync(ours).mode & 0o777).toBe(0o700);
  });

  it('is not accepted on the way, be it a directory or a link', () => {
    const theirs = privateDirectory('theirs', 0o755);
    const ours = privateDirectory('ours');
    symlinkSync(ours, join(base, 'link'));
    expect(() => checkAncestors(join(base, 'link', 'x'))).not.toThrow();
    lchownSync(join(base, 'link'), stranger, stranger);
    chownSync(theirs, stranger, stranger);
    expect(() => checkAncestors(join(theirs, 'x'))).toThrow(/belongs to another user/);
    expect(() => checkAncestors(join(base, 'link', 'x'))).toThrow(/is a link of another user/);
    expect(() => checkAncestors(join(base, 'link'))).toThrow(/is a link of another user/);
  });

  it('makes a command refuse the whole CCBOT_DIR', () => {
    const dir = privateDirectory('state');
    const paths = pathsOf(dir, base);
    expect(inspectDirectories(paths)).toBeNull();
    expect(ensureDirectories(paths)).toBeNull();
    expect(inspectDirectories(paths)).toBeNull();
    chownSync(paths.run, stranger, stranger);
    expect(inspectDirectories(paths)).toMatchObject({ code: 'DIR_UNSAFE', exit: 78 });
    expect(ensureDirectories(paths)).toMatchObject({ code: 'DIR_UNSAFE' });
  });
});

describe('the way to a directory', () => {
  it.each([0o777, 0o772])('is not accepted through one that others can change (mode %o)', (mode) => {
    const open = privateDirectory('open', mode);
    expect(() => checkAncestors(join(open, 'state'))).toThrow(/can be changed by other users/);
    expect(ensureDirectories(pathsOf(join(open, 'state'), base))).toMatchObject({ code: 'DIR_UNSAFE' });
    expect(existsSync(join(open, 'state'))).toBe(false);
  });

  it('is accepted through a sticky one, and through a link of ours', () => {
    const sticky = privateDirectory('sticky', 0o1777);
    symlinkSync(sticky, join(base, 'link'));
    const paths = pathsOf(join(base, 'link', 'state'), base);
    expect(ensureDirectories(paths)).toBeNull();
    expect(statSync(join(sticky, 'state')).mode & 0o777).toBe(0o700);
  });

  it('is followed into the target of a link, and a circle of links ends', () => {
    const open = privateDirectory('open', 0o777);
    mkdirSync(join(open, 'target'));
    symlinkSync('open/target', join(base, 'link'));
    expect(() => checkAncestors(join(base, 'link', 'x'))).toThrow(/can be changed by other users/);
    symlinkSync('circle', join(base, 'circle'));
    expect(() => checkAncestors(join(base, 'circle', 'x'))).toThrow(/too many links/);
  });

  it('may be a link to CCBOT_DIR, but the directory of the sockets must not be one', () => {
    const real = privateDirectory('real');
    symlinkSync(real, join(base, 'state'));
    const paths = pathsOf(join(base, 'state'), base);
    expect(ensureDirectories(paths)).toBeNull();
    rmSync(paths.run, { recursive: true });
    symlinkSync(privateDirectory('elsewhere', 0o755), paths.run);
    expect(ensureDirectories(paths)).toMatchObject({ code: 'DIR_UNSAFE' });
    expect(statSync(join(base, 'elsewhere')).mode & 0o777).toBe(0o755);
  });
});
