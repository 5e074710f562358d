import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { png } from '@ccbot/sandbox/telegram/fixtures/client';
import { inspect, isUnder } from './inspect';

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'ccbot-inspect-')));
  for (const name of ['project', 'project-2', 'state']) mkdirSync(join(dir, name));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (...names: string[]): string => join(dir, ...names);
const look = (path: string): ReturnType<typeof inspect> =>
  inspect(path, { roots: [at('project')], never: [at('state')] });
const write = (path: string, content: string | Buffer = 'text'): string => {
  writeFileSync(path, content);
  return path;
};

it('reports name, size and kind of a file in the directory of the session', () => {
  expect(look(write(at('project', 'a.txt'), '12345'))).toMatchObject({
    ok: true,
    name: 'a.txt',
    size: 5,
    as: 'document',
    sensitive: false,
  });
});

it('treats pictures as photos by their content, and those over 10 MB as files', () => {
  expect(look(write(at('project', 'a.bin'), png(9, 9)))).toMatchObject({ as: 'photo' });
  expect(look(write(at('project', 'no.png'), 'text'))).toMatchObject({ as: 'document' });
  const large = write(at('project', 'large.png'), png(9, 9));
  truncateSync(large, 10 * 1024 * 1024 + 1);
  expect(look(large)).toMatchObject({ as: 'document', sensitive: false });
});

it('refuses files from other places, whatever path leads to them', () => {
  const outside = write(at('project-2', 'secret.txt'));
  mkdirSync(at('project', 'sub'));
  symlinkSync(outside, at('project', 'link.txt'));
  symlinkSync(at('project-2'), at('project', 'linked'));
  for (const path of [
    outside,
    at('project', 'link.txt'),
    at('project', 'linked', 'secret.txt'),
    at('project', 'sub', '..', '..', 'project-2', 'secret.txt'),
    '/etc/passwd',
  ]) {
    expect(look(path)).toMatchObject({ ok: false, why: expect.stringContaining('it is outside') });
  }
});

it('follows a link that stays inside', () => {
  write(at('project', 'a.txt'));
  symlinkSync(at('project', 'a.txt'), at('project', 'b.txt'));
  expect(look(at('project', 'b.txt'))).toMatchObject({
    ok: true,
    name: 'b.txt',
    real: at('project', 'a.txt'),
  });
});

it('never sends files of ccbot, even inside the roots', () => {
  const path = write(at('state', 'ccbot.db'));
  expect(inspect(path, { roots: [dir], never: [at('state')] })).toMatchObject({
    ok: false,
    why: expect.stringContaining("ccbot's own"),
  });
});

it.each([
  ['a file that is not there', () => at('project', 'none'), /no such file/],
  ['a directory', () => at('project'), /directory; pack it first/],
  ['an empty file', () => write(at('project', 'e'), ''), /empty/],
  ['a pipe', () => (execFileSync('mkfifo', [at('project', 'p')]), at('project', 'p')), /not a regular file/],
  [
    'a file of more than 50 MB',
    () => {
      const path = write(at('project', 'big'));
      truncateSync(path, 50 * 1024 * 1024 + 1);
      return path;
    },
    /has 51 MB and a bot may send 50; compress it, split it/,
  ],
])('says what is wrong with %s, and what to do', (_, path, words) => {
  expect(look(path())).toMatchObject({ ok: false, why: expect.stringMatching(words) });
});

it.each([
  '.env',
  '.env.local',
  'prod.env',
  'env.production',
  'id_ed25519',
  'server.key',
  'cert.pem',
  '.npmrc',
  '.netrc',
  '.git-credentials',
  'credentials.json',
  'service-account-7.json',
  'terraform.tfstate',
])('treats %s as a file that may hold credentials', (name) => {
  expect(look(write(at('project', name)))).toMatchObject({ ok: true, sensitive: true });
});

it('detects a file that may hold credentials by its place, its content and its link target', () => {
  mkdirSync(at('project', '.ssh'));
  expect(look(write(at('project', '.ssh', 'config')))).toMatchObject({ sensitive: true });
  const key = `ghp_${'a1B2c3D4'.repeat(5)}`;
  expect(look(write(at('project', 'notes.md'), `x\n${key}\n`))).toMatchObject({ sensitive: true });
  symlinkSync(write(at('project', '.env')), at('project', 'harmless.txt'));
  expect(look(at('project', 'harmless.txt'))).toMatchObject({ sensitive: true });
  for (const name of ['environment.ts', 'keyboard.json', 'monkey', 'secretary.txt']) {
    expect(look(write(at('project', name)))).toMatchObject({ sensitive: false });
  }
});

it('compares whole segments of a path', () => {
  expect(isUnder('/a/b', '/a')).toBe(true);
  expect(isUnder('/a', '/a')).toBe(true);
  expect(isUnder('/ab', '/a')).toBe(false);
  expect(isUnder('/anything', '/')).toBe(true);
});
