import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPipes } from '@ccbot/shared/fixtures/pipes';
import { writeToOwnPipe } from '@ccbot/shared/ownership/pipe';
import { listenOnPipe } from './pipe';
import type { SocketLine, SocketListener } from './socket';

describeWithPipes('the worker’s pipe', () => {
  let dir: string;
  let path: string;
  let listener: SocketListener | undefined;
  let lines: SocketLine[];
  let logged: string[];
  let heard: () => void;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-pipe-'));
    path = join(dir, 'worker.pipe');
    [lines, logged] = [[], []];
    heard = () => undefined;
  });
  afterEach(async () => {
    await listener?.close();
    rmSync(dir, { recursive: true });
  });
  const take = (line: SocketLine): boolean => {
    lines.push(line);
    heard();
    return true;
  };
  const listen = async (): Promise<void> => {
    const handlers = ['hook', 'statusline', 'ask'].map((kind) => [kind, take] as const);
    const log = (_level: string, event: string): void => {
      logged.push(event);
      heard();
    };
    listener = await listenOnPipe(path, new Map(handlers), log);
  };
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await new Promise<void>((resolve) => (heard = resolve));
  };
  const say = (kind: string, n = 0): boolean => writeToOwnPipe(path, JSON.stringify({ v: 1, kind, n }));

  it('is created for this user only, and gives each line to the handler of its kind', async () => {
    await listen();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (let n = 0; n < 200; n++) {
      if (!say(n % 2 === 0 ? 'hook' : 'statusline', n)) await until(() => lines.length === n);
    }
    await until(() => lines.length >= 200);
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect(logged).toEqual([]);
  });

  it('gives long and short lines to their handlers in the order in which they were written', async () => {
    writeFileSync(join(dir, 'line-1-2'), 'left behind');
    await listen();
    const text = 'é'.repeat(100_000);
    for (let n = 0; n < 20; n++)
      writeToOwnPipe(path, JSON.stringify({ v: 1, kind: 'hook', n, text: n % 2 === 0 ? text : '' }));
    await until(() => lines.length >= 20);
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(lines[0]?.['text']).toBe(text);
    expect(readdirSync(dir)).toEqual(['worker.pipe']);
  });

  it.each<[string, string, (path: string) => void]>([
    ['none', 'line-1-1', () => undefined],
    ['a link', 'line-1-1', (long) => symlinkSync('/etc/hostname', long)],
    ['another pipe', 'line-1-1', (long) => void execFileSync('mkfifo', [long])],
    [
      'one that never ends',
      'line-1-1',
      (long) => (writeFileSync(long, ''), truncateSync(long, 9 * 1024 * 1024)),
    ],
    ['one elsewhere', '../../etc/hostname', () => undefined],
    ['one of another name', 'worker.pipe', () => undefined],
  ])('continues after the name of a file that is no line: %s', async (_what, name, make) => {
    await listen();
    make(join(dir, 'line-1-1'));
    expect(writeToOwnPipe(path, `@${name}`)).toBe(true);
    expect(say('hook', 1)).toBe(true);
    await until(() => lines.length === 1);
    expect(logged).toHaveLength(1);
    expect(readdirSync(dir)).toEqual(['worker.pipe']);
  });

  it('takes no request, whose sender would wait for an answer', async () => {
    await listen();
    expect(say('ask')).toBe(true);
    await until(() => logged.length > 0);
    expect([lines, logged]).toEqual([[], ['pipe line not understood']]);
  });

  it('continues after garbage, half a line and a line without an end', async () => {
    await listen();
    const writer = openSync(path, 'w');
    writeSync(writer, '\u0000{{{\n{"v":1,"kind":"ho');
    expect(say('hook', 1)).toBe(true);
    await until(() => lines.length === 1);
    writeSync(writer, 'x'.repeat(60_000));
    while (!say('hook', 2)) await new Promise(setImmediate);
    await until(() => lines.length === 2);
    expect(lines.map(({ n }) => n)).toEqual([1, 2]);
  });

  it('is the same pipe after a restart, and no pipe while no worker runs', async () => {
    await listen();
    const { ino } = statSync(path);
    await listener?.close();
    expect(say('hook')).toBe(false);
    await listen();
    expect(statSync(path).ino).toBe(ino);
    expect(say('hook', 3)).toBe(true);
    await until(() => lines.some(({ n }) => n === 3));
  });

  it('replaces what is in its place', async () => {
    writeFileSync(path, 'garbage');
    await listen();
    expect(say('hook')).toBe(true);
  });

  it('is done without where there can be none', async () => {
    mkdirSync(path);
    await listen();
    expect([logged, existsSync(path), say('hook')]).toEqual([['hooks use the socket: no pipe'], true, false]);
  });
});
