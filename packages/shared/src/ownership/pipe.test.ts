import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPipes } from '../fixtures/pipes';
import { LONG_LINE, openOwnPipe, writeToOwnPipe } from './pipe';

describeWithPipes('a pipe of ccbot', () => {
  let base: string;
  let path: string;
  let reader: number | undefined;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'ccbot-pipe-'));
    path = join(base, 'run/worker.pipe');
    mkdirSync(join(base, 'run'), { mode: 0o700 });
    execFileSync('mkfifo', ['-m', '600', path]);
    reader = undefined;
  });
  afterEach(() => {
    if (reader !== undefined) closeSync(reader);
    rmSync(base, { recursive: true });
  });
  const read = (): number => (reader = openOwnPipe(path, constants.O_RDWR));
  const received = (): string => {
    const room = Buffer.alloc(100_000);
    return room.toString('utf8', 0, readSync(reader ?? -1, room));
  };

  it('takes whole lines, each on its own whatever was left there before', () => {
    read();
    const broken = openSync(path, constants.O_WRONLY);
    writeFileSync(broken, '{"half');
    closeSync(broken);
    expect(writeToOwnPipe(path, '{"a":1}')).toBe(true);
    expect(writeToOwnPipe(path, '{"b":"é"}')).toBe(true);
    expect(received().split('\n').filter(Boolean)).toEqual(['{"half', '{"a":1}', '{"b":"é"}']);
  });

  const longLines = (): string[] => readdirSync(join(base, 'run')).filter((name) => LONG_LINE.test(name));

  it('takes the name of a file for a line that is too long for one piece, in order', () => {
    read();
    expect(writeToOwnPipe(path, 'é'.repeat(2_047))).toBe(true);
    expect(writeToOwnPipe(path, 'é'.repeat(2_048))).toBe(true);
    expect(writeToOwnPipe(path, 'short')).toBe(true);
    const [name = ''] = longLines();
    expect(received().split('\n').filter(Boolean)).toEqual(['é'.repeat(2_047), `@${name}`, 'short']);
    expect(readFileSync(join(base, 'run', name), 'utf8')).toBe('é'.repeat(2_048));
    expect(statSync(join(base, 'run', name)).mode & 0o777).toBe(0o600);
  });

  it('takes nothing without a reader or when it is full, and leaves no file then', () => {
    expect(writeToOwnPipe(path, 'nobody')).toBe(false);
    expect(writeToOwnPipe(path, 'nobody'.repeat(1_000))).toBe(false);
    read();
    let count = 0;
    while (writeToOwnPipe(path, 'x'.repeat(4_000))) count++;
    expect(count).toBeGreaterThan(0);
    while (writeToOwnPipe(path, 'x'));
    expect(writeToOwnPipe(path, 'more'.repeat(100))).toBe(false); // and does not block
    expect(writeToOwnPipe(path, 'more'.repeat(2_000))).toBe(false);
    expect(longLines()).toEqual([]);
    received();
    expect(writeToOwnPipe(path, 'room again')).toBe(true);
  });

  it.each<[string, () => void]>([
    ['a directory open to others', () => chmodSync(join(base, 'run'), 0o755)],
    ['a pipe open to others', () => chmodSync(path, 0o622)],
    ['a file in its place', () => (rmSync(path), writeFileSync(path, 'precious'))],
    [
      'a link in its place',
      () => {
        execFileSync('mv', [path, `${path}.real`]);
        symlinkSync(`${path}.real`, path);
      },
    ],
    ['nothing there', () => rmSync(path)],
  ])('is not used: %s', (_case, spoil) => {
    read();
    spoil();
    expect(writeToOwnPipe(path, 'secret')).toBe(false);
    expect(() => openOwnPipe(path, constants.O_RDWR)).toThrow();
  });
});
