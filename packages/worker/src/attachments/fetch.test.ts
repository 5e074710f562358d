import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FileOpened, FileSource } from '../telegram/files';
import { limitsAt } from '../telegram/local-files';
import { fetchFile, type FetchDeps } from './fetch';
import { FolderError, prepareInbox, removeFile } from './folder';
import { createSweep, FILE_KEEP_MS } from './sweep';

let dir: string;
let work: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-fetch-'));
  work = join(dir, 'work');
  mkdirSync(work);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const FILE_MAX = limitsAt('https://api.telegram.org').download;

const source = (opened: FileOpened): FileSource => ({
  max: FILE_MAX,
  patienceMs: () => 0,
  open: () => Promise.resolve(opened),
});
const here = (bytes: Readable): FileOpened => ({ ok: true, bytes });
async function fetchInto(opened: FileOpened, more: Partial<FetchDeps> = {}, stop = new AbortController()) {
  const inbox = await prepareInbox(work);
  const files = source(opened);
  const result = await fetchFile({ files, ...more }, { id: 'id' }, join(inbox, 'a.txt'), stop.signal);
  return { result, left: readdirSync(inbox).filter((n) => n !== '.gitignore') };
}

describe('a file on its way', () => {
  it('is stored whole under its own name', async () => {
    const { result, left } = await fetchInto(here(Readable.from([Buffer.from('one '), Buffer.from('two')])));
    expect(result).toEqual({ is: 'there' });
    expect(left).toEqual(['a.txt']);
    expect(readFileSync(join(work, '.ccbot-inbox/a.txt'), 'utf8')).toBe('one two');
  });

  it('leaves nothing partial when the disk is full', async () => {
    const openFile: FetchDeps['openFile'] = async (path, flags, mode) => {
      await (await open(path, flags, mode)).close();
      return open('/dev/full', 'w');
    };
    const { result, left } = await fetchInto(here(Readable.from([Buffer.alloc(100_000)])), { openFile });
    expect(result).toMatchObject({ is: 'no-place', error: { why: 'disk-full' } });
    expect(left).toEqual([]);
  });

  it('leaves nothing partial when the connection breaks, and can be tried again', async () => {
    let reads = 0;
    const broken = new Readable({
      read() {
        if (reads++ === 0) this.push(Buffer.from('half'));
        else this.destroy(new Error('reset'));
      },
    });
    const { result, left } = await fetchInto(here(broken));
    expect(result).toEqual({ is: 'again', reason: 'reset' });
    expect(left).toEqual([]);
  });

  it('can break before its place exists', async () => {
    const inbox = await prepareInbox(work);
    const bytes = new Readable({ read: () => undefined });
    const openFile: FetchDeps['openFile'] = async (path, flags, mode) => {
      bytes.destroy(new Error('reset'));
      return open(path, flags, mode);
    };
    const files = source(here(bytes));
    const stop = new AbortController().signal;
    const result = await fetchFile({ files, openFile }, { id: 'id' }, join(inbox, 'a.txt'), stop);
    expect(result).toEqual({ is: 'again', reason: 'reset' });
    expect(readdirSync(inbox)).toEqual(['.gitignore']);
  });

  it('is given up when it stalls, and when it is stopped', async () => {
    const still = () => here(new Readable({ read: () => undefined }));
    expect((await fetchInto(still(), { stallMs: 10 })).result).toMatchObject({ is: 'again' });
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    const { result, left } = await fetchInto(still(), {}, stop);
    expect(result).toEqual({ is: 'stopped' });
    expect(left).toEqual([]);
  });

  it('is at most 20 MB, whatever size was announced', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1024 * 1024);
      })(),
    );
    const { result, left } = await fetchInto(here(endless));
    expect(result).toEqual({ is: 'too-big', max: FILE_MAX });
    expect(left).toEqual([]);
    expect(FILE_MAX).toBe(20 * 1024 * 1024);
  });

  it('tells a refusal from a temporary failure', async () => {
    const refused = (reason: 'other' | 'too-large'): FileOpened => ({
      ok: false,
      failure: { kind: 'refused', reason, code: 400, text: 'wrong file_id' },
    });
    expect((await fetchInto(refused('other'))).result).toEqual({ is: 'refused', reason: 'wrong file_id' });
    expect((await fetchInto(refused('too-large'))).result).toEqual({ is: 'too-big', max: FILE_MAX });
    expect((await fetchInto({ ok: false, failure: { kind: 'unknown', text: '502' } })).result).toMatchObject({
      is: 'again',
    });
  });
});

describe('the inbox', () => {
  it.each([
    ['a link to a directory', (path: string) => symlinkSync(dir, path)],
    ['a link to nothing', (path: string) => symlinkSync(join(dir, 'none'), path)],
    ['a file', (path: string) => writeFileSync(path, '')],
  ])('is refused where %s stands in its place', async (_, plant) => {
    plant(join(work, '.ccbot-inbox'));
    await expect(prepareInbox(work)).rejects.toMatchObject({ why: 'not-mine' });
    expect(existsSync(join(dir, '.gitignore'))).toBe(false);
  });

  it('keeps an existing .gitignore, and follows no link in its place', async () => {
    mkdirSync(join(work, '.ccbot-inbox'));
    writeFileSync(join(dir, 'target'), 'mine');
    symlinkSync(join(dir, 'target'), join(work, '.ccbot-inbox/.gitignore'));
    await prepareInbox(work);
    expect(readFileSync(join(dir, 'target'), 'utf8')).toBe('mine');
  });

  it('does not write through a link that is planted under a file’s name during the download', async () => {
    const inbox = await prepareInbox(work);
    writeFileSync(join(dir, 'target'), 'mine');
    symlinkSync(join(dir, 'target'), join(inbox, '.a.txt.part'));
    expect((await fetchInto(here(Readable.from([Buffer.from('x')])))).result).toEqual({ is: 'there' });
    expect(readFileSync(join(dir, 'target'), 'utf8')).toBe('mine');
  });

  it('reports a missing directory', async () => {
    await expect(prepareInbox(join(dir, 'gone'))).rejects.toBeInstanceOf(FolderError);
  });
});

describe('the sweep', () => {
  it('deletes files that are a day old with their temporary files, and nothing else', async () => {
    const inbox = await prepareInbox(work);
    for (const name of ['old.txt', '.old.txt.part', 'new.txt', 'of-somebody-else.txt'])
      writeFileSync(join(inbox, name), 'x');
    const files = new Map([
      [join(inbox, 'old.txt'), 0],
      [join(inbox, 'new.txt'), 10],
    ]);
    const sweep = createSweep({
      attachments: {
        expired: (before) => [...files].filter(([, at]) => at < before).map(([path]) => path),
        forget: (path) => void files.delete(path),
        purge: () => undefined,
      },
      expireKept: () => undefined,
      now: () => FILE_KEEP_MS + 5,
      log: () => undefined,
    });
    await sweep.now();
    expect(readdirSync(inbox).sort()).toEqual(['.gitignore', 'new.txt', 'of-somebody-else.txt']);
    expect([...files.keys()]).toEqual([join(inbox, 'new.txt')]);
  });

  it('follows no link that replaced the inbox or the file meanwhile', async () => {
    const elsewhere = join(dir, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'a.txt'), 'mine');
    symlinkSync(elsewhere, join(work, '.ccbot-inbox'));
    await removeFile(join(work, '.ccbot-inbox/a.txt'));
    expect(readFileSync(join(elsewhere, 'a.txt'), 'utf8')).toBe('mine');
    await removeFile(join(dir, 'nowhere/.ccbot-inbox/a.txt'));
  });
});
