import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { png } from '@ccbot/sandbox/telegram/fixtures/client';
import type { KeptFile } from '../../cards/view';
import { createOutboxFiles, type OutboxFiles } from '../../outbox/files';
import { takeAgain, takeFile, type Places } from './take';

let dir: string;
let files: OutboxFiles;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'ccbot-take-')));
  for (const name of ['project', 'project-2', 'state']) mkdirSync(join(dir, name));
  files = createOutboxFiles(join(dir, 'outbox'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const at = (...names: string[]): string => join(dir, ...names);
const copies = {
  fileMax: () => 50 * 1024 * 1024,
  keep: (...args: Parameters<OutboxFiles['keep']>) => files.keep(...args),
  discard: (kept: readonly KeptFile[]) => files.drop(kept),
};
const places = (): Places => ({ roots: [at('project')], never: [at('state')] });
const take = (path: string): ReturnType<typeof takeFile> => takeFile(path, places(), copies);
const kept = (): string[] => readdirSync(join(dir, 'outbox'));
const write = (path: string, content: string | Buffer = 'text'): string => {
  writeFileSync(path, content);
  return path;
};

it('copies and describes a file in the directory of the session', async () => {
  expect(await take(write(at('project', 'a.txt'), '12345'))).toMatchObject({
    ok: true,
    name: 'a.txt',
    copy: { size: 5 },
    as: 'document',
    sensitive: false,
  });
});

it('treats pictures as photos by their content, and those over 10 MB as files', async () => {
  expect(await take(write(at('project', 'a.bin'), png(9, 9)))).toMatchObject({ as: 'photo' });
  expect(await take(write(at('project', 'no.png'), 'text'))).toMatchObject({ as: 'document' });
  const large = write(at('project', 'large.png'), png(9, 9));
  truncateSync(large, 10 * 1024 * 1024 + 1);
  expect(await take(large)).toMatchObject({ as: 'document', sensitive: false });
});

it('refuses files from other places, whatever path leads to them', async () => {
  const outside = write(at('project-2', 'secret.txt'));
  mkdirSync(at('project', 'sub'));
  symlinkSync(outside, at('project', 'link.txt'));
  symlinkSync(at('project-2'), at('project', 'linked'));
  expect(await take(at('project', 'link.txt'))).toMatchObject({ ok: false });
  for (const path of [
    outside,
    at('project', 'linked', 'secret.txt'),
    at('project', 'sub', '..', '..', 'project-2', 'secret.txt'),
    '/etc/passwd',
  ]) {
    expect(await take(path)).toMatchObject({ ok: false, why: expect.stringContaining('it is outside') });
  }
});

it('follows a linked directory that stays inside, but no link in place of the file', async () => {
  mkdirSync(at('project', 'real'));
  write(at('project', 'real', 'a.txt'));
  symlinkSync('real', at('project', 'linked'));
  expect(await take(at('project', 'linked', 'a.txt'))).toMatchObject({
    ok: true,
    name: 'a.txt',
    real: at('project', 'real', 'a.txt'),
  });
  symlinkSync('real/a.txt', at('project', 'b.txt'));
  expect(await take(at('project', 'b.txt'))).toMatchObject({
    ok: false,
    why: expect.stringContaining('symbolic link; send the file that it leads to'),
  });
});

it('never sends files of ccbot, even inside the roots', async () => {
  const path = write(at('state', 'ccbot.db'));
  expect(await takeFile(path, { roots: [dir], never: [at('state')] }, copies)).toMatchObject({
    ok: false,
    why: expect.stringContaining("ccbot's own"),
  });
});

it.each([
  ['a file that is not there', () => at('project', 'none'), /no such file/],
  ['a directory', () => at('project'), /directory; pack it first/],
  ['an empty file', () => write(at('project', 'e'), ''), /empty/],
  [
    'a pipe',
    () => (execFileSync('mkfifo', [at('project', 'p')]), at('project', 'p')),
    /it is a pipe, not a regular file/,
  ],
  [
    'a device',
    () => (symlinkSync('/dev', at('project', 'dev')), at('project', 'dev', 'zero')),
    /it is a device/,
  ],
  [
    'a file of more than 50 MB',
    () => {
      const path = write(at('project', 'big'));
      truncateSync(path, 50 * 1024 * 1024 + 1);
      return path;
    },
    /has 51 MB and a bot may send 50; compress it, split it/,
  ],
])('says what is wrong with %s, and what to do', async (_, path, words) => {
  expect(await take(path())).toMatchObject({ ok: false, why: expect.stringMatching(words) });
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
])('treats %s as a file that may hold credentials', async (name) => {
  expect(await take(write(at('project', name)))).toMatchObject({ ok: true, sensitive: true });
});

it('detects a file that may hold credentials by its place and its content', async () => {
  mkdirSync(at('project', '.ssh'));
  expect(await take(write(at('project', '.ssh', 'config')))).toMatchObject({ sensitive: true });
  const key = `ghp_${'a1B2c3D4'.repeat(5)}`;
  expect(await take(write(at('project', 'notes.md'), `x\n${key}\n`))).toMatchObject({ sensitive: true });
  mkdirSync(at('project', '.aws'));
  write(at('project', '.aws', 'config'));
  symlinkSync('.aws', at('project', 'harmless'));
  expect(await take(at('project', 'harmless', 'config'))).toMatchObject({ sensitive: true });
  for (const name of ['environment.ts', 'keyboard.json', 'monkey', 'secretary.txt']) {
    expect(await take(write(at('project', name)))).toMatchObject({ sensitive: false });
  }
});

it('asks about a file that has a second name, since that may be outside', async () => {
  linkSync(write(at('project-2', 'outside.txt')), at('project', 'inside.txt'));
  expect(await take(at('project', 'inside.txt'))).toMatchObject({ ok: true, sensitive: true });
});

it('leaves no copy of a file that it refuses', async () => {
  await take(write(at('project-2', 'a.txt')));
  await take(at('project', 'none'));
  expect(kept()).toEqual([]);
});

describe('a file that changes while it is copied', () => {
  /** Runs `act` when the first piece was read. */
  const during = (path: string, act: () => void): ReturnType<typeof takeFile> => {
    let isFirst = true;
    return takeFile(path, places(), {
      ...copies,
      fileMax: () => 50 * 1024 * 1024,
      keep: (from, onBytes) =>
        files.keep(from, (piece) => {
          if (isFirst) act();
          isFirst = false;
          onBytes?.(piece);
        }),
    });
  };
  const key = `ghp_${'a1B2c3D4'.repeat(5)}`;

  it('is searched in the bytes that are copied, not in what it holds before or after', async () => {
    const path = write(at('project', 'a.txt'), `x\n${key}\n`);
    const taken = await during(path, () => writeFileSync(path, 'harmless'));
    expect(taken).toMatchObject({ sensitive: true });
    const [copy = ''] = kept();
    expect(readFileSync(join(dir, 'outbox', copy), 'utf8')).toContain(key);
  });

  it('is refused when it is moved out of the directory', async () => {
    const path = write(at('project', 'a.txt'));
    const taken = await during(path, () => renameSync(path, at('project-2', 'a.txt')));
    expect(taken).toMatchObject({ ok: false, why: expect.stringContaining('it is outside') });
    expect(kept()).toEqual([]);
  });

  it('is sent as it was when its name is given to another file', async () => {
    const path = write(at('project', 'a.txt'), 'mine');
    const taken = await during(path, () => {
      unlinkSync(path);
      symlinkSync('/etc/passwd', path);
    });
    expect(taken).toMatchObject({ ok: true, real: path, copy: { size: 4 } });
  });

  it('is refused when it grows beyond what a bot may send', async () => {
    const path = write(at('project', 'a.txt'));
    truncateSync(path, 40 * 1024 * 1024);
    const taken = await during(path, () => truncateSync(path, 5 * 1024 ** 3));
    expect(taken).toMatchObject({ ok: false, why: expect.stringContaining('it grew beyond') });
    expect(kept()).toEqual([]);
  });

  it('is asked about when its second name, inside, is gone meanwhile', async () => {
    const inside = at('project', 'inside.txt');
    linkSync(write(at('project-2', 'outside.txt')), inside);
    expect(await during(inside, () => unlinkSync(inside))).toMatchObject({ ok: false });
    linkSync(at('project-2', 'outside.txt'), inside);
    expect(await during(inside, () => unlinkSync(at('project-2', 'outside.txt')))).toMatchObject({
      sensitive: true,
    });
    expect(kept()).toHaveLength(1);
  });

  it('is asked about when it gets a second name meanwhile', async () => {
    const path = write(at('project', 'a.txt'));
    expect(await during(path, () => linkSync(path, at('project-2', 'b.txt')))).toMatchObject({
      sensitive: true,
    });
  });
});

describe('the second reading, after the user agreed', () => {
  it('has the same hash as long as the file is the same', async () => {
    const path = write(at('project', '.env'), 'KEY=value');
    const taken = await take(path);
    const again = await takeAgain(path, copies);
    expect(taken).toMatchObject({ copy: { sha: again.sha } });
    appendFileSync(path, 'x');
    expect((await takeAgain(path, copies)).sha).not.toBe(again.sha);
  });

  it('reads no other file, even one with the same content', async () => {
    const path = write(at('project', '.env'), 'KEY=value');
    mkdirSync(at('project', 'sub'));
    const below = write(at('project', 'sub', '.env'), 'KEY=value');
    write(at('project-2', '.env'), 'KEY=value');
    unlinkSync(path);
    symlinkSync(at('project-2', '.env'), path);
    await expect(takeAgain(path, copies)).rejects.toThrow('symbolic link');
    rmSync(at('project', 'sub'), { recursive: true });
    symlinkSync(at('project-2'), at('project', 'sub'));
    await expect(takeAgain(below, copies)).rejects.toThrow('somewhere else');
    expect(kept()).toEqual([]);
  });
});
