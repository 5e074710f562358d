import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limitsAt, openLocal, placeOf, type LocalOpened } from './local-files';

const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const MINE = `/srv/${TOKEN}/documents/file_0.txt`;

const at = (apiRoot: string, filesDir = '') => ({ apiRoot, token: TOKEN, filesDir });
const from = (path: string, apiRoot: string, filesDir = ''): string | undefined =>
  placeOf(path, at(apiRoot, filesDir))?.from;

describe('an absolute path of a server', () => {
  it.each([
    ['http://127.0.0.1:8081', 'disk'],
    ['http://127.9.9.9:8081/base', 'disk'],
    ['http://localhost:8081', 'disk'],
    ['http://[::1]:8081', 'disk'],
    ['https://api.telegram.org', 'nowhere'],
    ['https://API.Telegram.org', 'nowhere'],
    ['http://10.0.0.2:8081', 'download'],
    ['https://bots.example', 'download'],
    ['http://127.0.0.1.example', 'download'],
    ['http://localhost.example', 'download'],
    ['http://127.0.0.1@evil.example', 'download'],
  ])('of %s leads to: %s', (apiRoot, place) => {
    expect(from(MINE, apiRoot)).toBe(place);
  });

  it.each([
    '/etc/shadow',
    `/srv/x${TOKEN}/a`,
    `/srv/${TOKEN}x/a`,
    `/home/me/.ssh/id_ed25519`,
    `/srv/${TOKEN}`,
  ])('is read only below a directory with the name of the token, so not %s', (path) => {
    expect(from(path, 'http://127.0.0.1:8081')).toBe('download');
  });

  it.each([
    `/srv/${TOKEN}/../../etc/shadow`,
    `/srv/${TOKEN}/./a`,
    `/srv//${TOKEN}/a`,
    `/srv/${TOKEN}/a\0b`,
    'C:\\telegram\\a.txt',
    'c:/telegram/a.txt',
  ])('leads nowhere if it is %s', (path) => {
    expect(from(path, 'http://127.0.0.1:8081')).toBe('nowhere');
    expect(from(path, 'http://127.0.0.1:8081', '/srv')).toBe('nowhere');
  });

  it('is looked for in the directory of the settings, wherever the server is, also if it has another path there', () => {
    const within = { from: 'disk', within: '/mnt/api' };
    const server = at('http://bot-api:8081', '/mnt/api');
    expect(placeOf(`/mnt/api/${TOKEN}/a`, server)).toMatchObject({ ...within, path: `/mnt/api/${TOKEN}/a` });
    expect(placeOf(MINE, server)).toMatchObject({
      ...within,
      path: `/mnt/api/${TOKEN}/documents/file_0.txt`,
    });
    expect(placeOf('/etc/shadow', server)).toEqual({ from: 'download', rest: 'etc/shadow' });
    expect(placeOf('/mnt/api-other/a', server)).toMatchObject({ from: 'download' });
    expect(from(MINE, 'https://api.telegram.org', '/mnt/api')).toBe('nowhere');
  });

  it('is none if the path is relative', () => {
    for (const path of ['documents/file_0.txt', '', '../../etc/shadow'])
      expect(placeOf(path, at('http://127.0.0.1:8081'))).toBeNull();
  });
});

it('has the limits of Telegram only at its own server', () => {
  expect(limitsAt('https://api.telegram.org')).toEqual({ download: 20 * 1024 ** 2, upload: 50 * 1024 ** 2 });
  expect(limitsAt('http://127.0.0.1:8081').download).toBe(2_000 * 1024 ** 2);
});

describe('a file of a local server', () => {
  let dir: string;
  let own: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-local-'));
    own = join(dir, TOKEN);
    mkdirSync(join(own, 'documents'), { recursive: true });
    writeFileSync(join(dir, 'secret'), 'secret');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const open = async (path: string, max = 1_000): Promise<LocalOpened> => {
    const place = placeOf(path, at('http://127.0.0.1:8081'));
    if (place?.from !== 'disk') throw new Error(`not on the disk: ${path}`);
    return openLocal(place, { token: TOKEN, max });
  };
  const problem = async (path: string, max?: number): Promise<string> => {
    const opened = await open(path, max);
    if (!opened.ok) return opened.problem;
    await opened.file.close();
    return 'none';
  };

  it('is opened with its size', async () => {
    writeFileSync(join(own, 'documents/a'), 'hello');
    const opened = await open(join(own, 'documents/a'));
    if (!opened.ok) throw new Error(opened.problem);
    expect([opened.size, await opened.file.readFile('utf8')]).toEqual([5, 'hello']);
    await opened.file.close();
  });

  it('is refused if links lead out of the directory of the server', async () => {
    symlinkSync(join(dir, 'secret'), join(own, 'documents/link'));
    symlinkSync(dir, join(own, 'out'));
    expect(await problem(join(own, 'documents/link'))).toBe('not-trusted');
    expect(await problem(join(own, 'out/secret'))).toBe('not-trusted');
  });

  it('is refused if somebody made the directory with the name of the token a link', async () => {
    const fake = mkdtempSync(join(dir, 'fake-'));
    symlinkSync(dir, join(fake, TOKEN));
    expect(await problem(join(fake, TOKEN, 'secret'))).toBe('not-trusted');
  });

  it('is refused if it is no regular file', async () => {
    execFileSync('mkfifo', [join(own, 'pipe')]);
    symlinkSync('/dev/zero', join(own, 'zero'));
    expect(await problem(join(own, 'pipe'))).toBe('not-trusted');
    expect(await problem(join(own, 'zero'))).toBe('not-trusted');
    expect(await problem(join(own, 'documents'))).toBe('not-trusted');
  });

  it('is refused above the limit, before a byte is read', async () => {
    writeFileSync(join(own, 'large'), '');
    truncateSync(join(own, 'large'), 3 * 1024 ** 3);
    expect(await problem(join(own, 'large'), limitsAt('http://127.0.0.1:1').download)).toBe('too-large');
  });

  it('is told apart from one that is not here, or may not be read', async () => {
    expect(await problem(join(own, 'gone'))).toBe('absent');
    expect(await problem(join(own, 'documents/gone/a'))).toBe('absent');
    if (process.getuid?.() === 0) return; // root may read everything
    writeFileSync(join(own, 'closed'), 'x');
    chmodSync(join(own, 'closed'), 0);
    expect(await problem(join(own, 'closed'))).toBe('unreadable');
  });

  it('is refused if it belongs to somebody else than its directory, such as a hard link to another file', async () => {
    if (process.getuid?.() !== 0) return; // only root can give files away
    chownSync(own, 65534, 65534);
    linkSync(join(dir, 'secret'), join(own, 'hard'));
    expect(await problem(join(own, 'hard'))).toBe('not-trusted');
  });
});
