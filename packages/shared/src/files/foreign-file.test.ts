import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  fstatSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entriesOfForeign, namesInForeign } from './foreign-directory';
import { headOfForeign, openForeign, readForeign } from './foreign-file';
import { openForeignSync, readForeignSync } from './foreign-file-sync';
import { ForeignFileError, isUnder, realPathOf, type LinkRule } from './foreign-rules';
import { FILE_LIMITS, LIST_LIMITS, type FileKind } from './limits';

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'ccbot-foreign-')));
  mkdirSync(join(dir, 'repo'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (...names: string[]): string => join(dir, ...names);
const put = (path: string, content: string | Buffer = 'text'): string => {
  writeFileSync(path, content);
  return path;
};
const sparse = (path: string, size: number): string => {
  truncateSync(put(path, ''), size);
  return path;
};

/** Both ways to read; they must agree. */
const WAYS: [string, (path: string, kind: FileKind, links?: LinkRule) => Promise<string>][] = [
  ['readForeign', readForeign],
  ['readForeignSync', async (...args) => readForeignSync(...args)],
];

describe.each(WAYS)('%s', (_, read) => {
  it('reads a file up to the limit of its kind, and refuses a longer one', async () => {
    const path = put(at('a'), 'ä'.repeat(FILE_LIMITS.token / 2));
    expect(await read(path, 'token')).toHaveLength(FILE_LIMITS.token / 2);
    appendFileSync(path, 'x');
    await expect(read(path, 'token')).rejects.toMatchObject({ problem: 'too-large', path });
    expect(await read(put(at('empty'), ''), 'token')).toBe('');
  });

  it.each([
    ['a directory', 'directory', () => at('repo')],
    ['a pipe that nobody writes', 'pipe', () => (execFileSync('mkfifo', [at('p')]), at('p'))],
    ['/dev/zero', 'device', () => '/dev/zero'],
    ['a link to /dev/zero', 'device', () => (symlinkSync('/dev/zero', at('z')), at('z'))],
    ['a file of 5 GB', 'too-large', () => sparse(at('huge'), 5 * 1024 ** 3)],
  ])('refuses %s without reading it', async (_name, problem, make) => {
    await expect(read(make(), 'agentSettings')).rejects.toMatchObject({ problem });
  });

  it('refuses a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at('s'), resolve));
    await expect(read(at('s'), 'agentSettings')).rejects.toMatchObject({ problem: 'socket' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('rejects with the error of the file system for a missing file, a NUL in the path and a loop of links', async () => {
    symlinkSync(at('loop'), at('loop'));
    await expect(read(at('none'), 'env')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(read(`${at('a')}\0b`, 'env')).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
    await expect(read(at('loop'), 'env')).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('reads a path with a newline', async () => {
    expect(await read(put(at('a\nb'), 'x'), 'env')).toBe('x');
  });

  it('refuses a link where none is expected', async () => {
    put(at('a'));
    symlinkSync('a', at('b'));
    await expect(read(at('b'), 'env', 'refuse')).rejects.toMatchObject({ problem: 'link' });
    expect(await read(at('b'), 'env')).toBe('text');
  });

  it('follows links inside a repository, and none that lead out of it', async () => {
    const within = { within: at('repo') };
    put(at('secret'));
    put(at('repo', 'a'));
    mkdirSync(at('repo', 'sub'));
    symlinkSync('../a', at('repo', 'sub', 'in'));
    symlinkSync(at('secret'), at('repo', 'sub', 'out'));
    symlinkSync(dir, at('repo', 'up'));
    expect(await read(at('repo', 'sub', 'in'), 'env', within)).toBe('text');
    for (const path of [at('repo', 'sub', 'out'), at('repo', 'up', 'secret')])
      await expect(read(path, 'env', within)).rejects.toMatchObject({ problem: 'outside' });
    expect(await read(at('repo', 'up', 'repo', 'a'), 'env', within)).toBe('text');
  });

  it('follows a repository that is itself reached by a link', async () => {
    put(at('repo', 'a'));
    symlinkSync('repo', at('alias'));
    expect(await read(at('alias', 'a'), 'env', { within: at('alias') })).toBe('text');
  });

  it('reads a file of unknown length, as those of the kernel', async () => {
    if (process.platform !== 'linux') return;
    expect(await read(`/proc/${process.pid}/status`, 'proc')).toMatch(/^Name:/);
    await expect(read('/proc/self/environ', 'token')).resolves.toEqual(expect.any(String));
  });

  it('refuses a file that nobody may read', async () => {
    chmodSync(put(at('a')), 0o000);
    const reading = read(at('a'), 'env');
    if (process.getuid?.() === 0) await expect(reading).resolves.toBe('text');
    else await expect(reading).rejects.toMatchObject({ code: 'EACCES' });
  });
});

it('never reads more than the limit of a file that grows while it is read', async () => {
  const path = put(at('a'), 'x');
  const writer = spawn(process.execPath, [
    '-e',
    `const fs=require('node:fs');const fd=fs.openSync(${JSON.stringify(path)},'a');
     const b=Buffer.alloc(65536,120);console.log('writing');
     for(let n=0;n<400;n++)fs.writeSync(fd,b);`,
  ]);
  await new Promise((resolve) => writer.stdout.once('data', resolve));
  const gone = new Promise((resolve) => writer.once('exit', resolve));
  let refused = 0;
  for (let isOver = false; !isOver;) {
    try {
      const text = await readForeign(path, 'packageJson');
      expect(text.length).toBeLessThanOrEqual(FILE_LIMITS.packageJson);
    } catch (error) {
      expect(error).toMatchObject({ problem: 'too-large' });
      refused++;
    }
    isOver = fstatOf(path).size >= 400 * 65536;
  }
  await gone;
  expect(refused).toBeGreaterThan(0);
});

const fstatOf = (path: string) => {
  const fd = openSync(path, 'r');
  try {
    return fstatSync(fd);
  } finally {
    closeSync(fd);
  }
};

it('reads the head of a file of any length', async () => {
  put(at('a'), 'head');
  expect(await headOfForeign(at('a'), 'commandHead')).toBe('head');
  expect(await headOfForeign(sparse(at('huge'), 5 * 1024 ** 3), 'commandHead')).toHaveLength(4_096);
});

describe('the place of an open file', () => {
  it('is where the file is now, whatever the path leads to', async () => {
    put(at('repo', 'a'));
    const file = await openForeign(at('repo', 'a'));
    expect(realPathOf(file.fd, at('repo', 'a'))).toBe(at('repo', 'a'));
    renameSync(at('repo', 'a'), at('b'));
    if (process.platform === 'linux') expect(realPathOf(file.fd, at('repo', 'a'))).toBe(at('b'));
    put(at('c'));
    renameSync(at('c'), at('b'));
    expect(() => realPathOf(file.fd, at('repo', 'a'))).toThrow(ForeignFileError);
    await file.close();
  });

  it('is unknown for a removed file, even if another has the name that the kernel gives it', () => {
    put(at('a'));
    const fd = openForeignSync(at('a'));
    rmSync(at('a'));
    put(at('a (deleted)'));
    expect(() => realPathOf(fd, at('a'))).toThrow(ForeignFileError);
    closeSync(fd);
  });

  it('compares whole segments of a path', () => {
    expect(isUnder('/a/b', '/a')).toBe(true);
    expect(isUnder('/a', '/a')).toBe(true);
    expect(isUnder('/ab', '/a')).toBe(false);
    expect(isUnder('/anything', '/')).toBe(true);
  });
});

describe('a directory', () => {
  it('is listed up to the limit of its kind', async () => {
    const shell = `cd "$1" && seq -f 'file-%.0f' ${LIST_LIMITS.commands + 500} | xargs touch`;
    execFileSync('sh', ['-c', shell, 'sh', at('repo')]);
    expect(await namesInForeign(at('repo'), 'commands')).toHaveLength(LIST_LIMITS.commands);
  });

  it.each([
    ['missing', () => at('none')],
    ['a file', () => put(at('a'))],
    ['a pipe', () => (execFileSync('mkfifo', [at('p')]), at('p'))],
  ])('has no entries if it is %s', async (_, make) => {
    expect(await namesInForeign(make(), 'commands')).toEqual([]);
  });

  it('has no entries if a link leads out of the repository', async () => {
    symlinkSync('/etc', at('repo', 'out'));
    mkdirSync(at('repo', 'sub'));
    put(at('repo', 'sub', 'a\nb'));
    symlinkSync('sub', at('repo', 'in'));
    const within = { within: at('repo') };
    expect(await entriesOfForeign(at('repo', 'out'), 'commands', within)).toEqual([]);
    expect(await entriesOfForeign(at('repo', 'out'), 'commands', 'refuse')).toEqual([]);
    expect((await entriesOfForeign(at('repo', 'in'), 'commands', within)).map(({ name }) => name)).toEqual([
      'a\nb',
    ]);
  });
});

it('opens a hard link like any other file', async () => {
  linkSync(put(at('a')), at('repo', 'a'));
  expect(await readForeign(at('repo', 'a'), 'env', { within: at('repo') })).toBe('text');
});
