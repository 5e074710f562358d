import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tail, type Tail } from './tail';
import { LINE_MAX } from './tail-lines';

let dir: string;
let path: string;
let tails: Tail[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-tail-'));
  path = join(dir, 'log.jsonl');
  tails = [];
});
afterEach(() => {
  for (const t of tails) t.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Seen {
  lines: string[];
  offset: number;
  restarts: string[];
  troubles: string[];
  /** Where the file went; null: nobody knows. */
  gone: (string | null)[];
  tail: Tail;
  /** Resolves when so many lines have come. */
  until(count: number): Promise<void>;
}

function follow(
  from = 0,
  onLines: (lines: readonly string[]) => void = () => undefined,
  holdMs: () => number = () => 0,
): Seen {
  let wake: () => void = () => undefined;
  const seen: Seen = {
    lines: [],
    offset: from,
    restarts: [],
    troubles: [],
    gone: [],
    tail: tail({
      path,
      from,
      holdMs,
      onLines(lines, offset) {
        onLines(lines);
        seen.lines.push(...lines);
        seen.offset = offset;
        wake();
      },
      onRestart: (reason) => seen.restarts.push(reason),
      onTrouble: (reason) => seen.troubles.push(reason),
      onGone(to) {
        seen.gone.push(to);
        wake();
      },
    }),
    async until(count) {
      while (seen.lines.length < count) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
  tails.push(seen.tail);
  return seen;
}

describe('a followed file', () => {
  it('hands over existing and appended lines', async () => {
    writeFileSync(path, 'one\ntwo\n');
    const seen = follow();
    await seen.until(2);
    appendFileSync(path, 'three\n');
    await seen.until(3);
    expect(seen.lines).toEqual(['one', 'two', 'three']);
    expect(seen.offset).toBe(14);
  });

  it('holds lines that come soon after others until their time is up, the session is watched, or caughtUp is called', async () => {
    writeFileSync(path, '');
    let holdMs = 3_600_000;
    const read: string[][] = [];
    const seen = follow(
      0,
      (lines) => read.push([...lines]),
      () => holdMs,
    );
    await seen.tail.caughtUp();
    const other = follow();
    appendFileSync(path, 'one\n');
    await other.until(1);
    appendFileSync(path, 'two\n');
    await other.until(2);
    expect(read).toEqual([]);
    await seen.tail.caughtUp(); // does not wait for the hold
    expect(read).toEqual([['one', 'two']]);
    appendFileSync(path, 'three\n');
    await other.until(3);
    holdMs = 0;
    appendFileSync(path, 'four\n');
    await seen.until(4);
    expect(seen.lines).toEqual(['one', 'two', 'three', 'four']);
    holdMs = 20;
    for (let i = 5; i <= 50; i++) appendFileSync(path, `${i}\n`);
    await seen.until(50);
    await other.until(50);
    expect(seen.lines).toEqual(other.lines);
  });

  it.each([4_095, 4_096, 8_192, 258_048, 262_143, 262_144, 262_145, 600_000])(
    'hands over all of a file of %d bytes, and what is appended then',
    async (size) => {
      writeFileSync(path, `${'x'.repeat(98)}\n`.repeat(Math.ceil(size / 99)).slice(-size));
      const seen = follow();
      await seen.tail.caughtUp();
      expect(seen.offset).toBe(size);
      appendFileSync(path, `${'y'.repeat(4_095)}\n`);
      await seen.tail.caughtUp();
      expect(seen.offset).toBe(size + 4_096);
      expect(seen.lines.at(-1)).toHaveLength(4_095);
    },
  );

  it('asks seldom whether lines that wait still must', async () => {
    writeFileSync(path, '');
    let asked = 0;
    const seen = follow(
      0,
      () => undefined,
      () => ((asked += 1), 3_600_000),
    );
    await seen.tail.caughtUp();
    const other = follow();
    for (let i = 1; i <= 200; i++) {
      appendFileSync(path, `${i}\n`);
      await other.until(i);
    }
    expect(asked).toBeLessThan(100);
    expect(seen.lines).toEqual([]);
  });

  it('waits for the rest of a line, even if it is cut inside a character', async () => {
    const bytes = Buffer.from('{"t":"日本🙂"}\nnext\n');
    writeFileSync(path, bytes.subarray(0, 8));
    const seen = follow();
    await seen.tail.caughtUp();
    expect(seen.lines).toEqual([]);
    expect(seen.offset).toBe(0);
    appendFileSync(path, bytes.subarray(8, 15));
    await seen.tail.caughtUp();
    appendFileSync(path, bytes.subarray(15));
    await seen.until(2);
    expect(seen.lines).toEqual(['{"t":"日本🙂"}', 'next']);
  });

  it('continues at a stored offset, and skips the rest of a line it lands in', async () => {
    writeFileSync(path, 'first\nsecond\nthird\n');
    const exact = follow(6);
    await exact.until(2);
    expect(exact.lines).toEqual(['second', 'third']);
    const inside = follow(8);
    await inside.until(1);
    expect(inside.lines).toEqual(['third']);
  });

  it('waits for a file, and for its folders, that do not exist yet', async () => {
    path = join(dir, 'deep', 'er', 'log.jsonl');
    const seen = follow();
    await seen.tail.caughtUp();
    mkdirSync(join(dir, 'deep', 'er'), { recursive: true });
    writeFileSync(path, 'came\n');
    await seen.until(1);
    expect(seen.lines).toEqual(['came']);
  });

  it('starts over when the file is cut', async () => {
    writeFileSync(path, 'old line\nanother\n');
    const seen = follow();
    await seen.until(2);
    truncateSync(path, 0);
    await seen.tail.caughtUp();
    appendFileSync(path, 'new\n');
    await seen.until(3);
    expect(seen.lines.at(-1)).toBe('new');
    expect(seen.restarts).toHaveLength(1);
  });

  it('starts over when another file takes its place', async () => {
    writeFileSync(path, 'old\n');
    const seen = follow();
    await seen.until(1);
    writeFileSync(join(dir, 'other'), 'replaced\nwhole\n');
    renameSync(join(dir, 'other'), path);
    await seen.until(3);
    expect(seen.lines).toEqual(['old', 'replaced', 'whole']);
  });

  it('survives a deletion and follows the next file', async () => {
    writeFileSync(path, 'old\n');
    const seen = follow();
    await seen.until(1);
    unlinkSync(path);
    await seen.tail.caughtUp();
    writeFileSync(path, 'new\n');
    await seen.until(2);
    expect(seen.lines).toEqual(['old', 'new']);
  });

  it('finds a file that appears with its folders while it looks for them', async () => {
    for (let i = 0; i < 40; i++) {
      path = join(dir, `p${i}`, 'deep', 'er', 'log.jsonl');
      const seen = follow();
      // Between its look and its watch, at another point each time.
      for (let turn = 0; turn < i; turn++) await new Promise((resolve) => setImmediate(resolve));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, 'came\n');
      await seen.until(1);
      seen.tail.stop();
    }
  });

  it('follows a file whose folder was deleted and made again', async () => {
    path = join(dir, 'folder', 'log.jsonl');
    mkdirSync(dirname(path));
    writeFileSync(path, 'old\n');
    const seen = follow();
    await seen.until(1);
    rmSync(dirname(path), { recursive: true });
    await seen.tail.caughtUp();
    mkdirSync(dirname(path));
    writeFileSync(path, 'new\n');
    await seen.until(2);
    appendFileSync(path, 'more\n');
    await seen.until(3);
    expect(seen.lines).toEqual(['old', 'new', 'more']);
  });

  it('continues in a huge file at an offset, and lets others run meanwhile', async () => {
    const line = `${'x'.repeat(1_023)}\n`;
    const past = 200 * 1024;
    const file = openSync(path, 'w');
    const block = Buffer.from(line.repeat(1_024));
    for (let i = 0; i < past / 1_024; i++) writeSync(file, block);
    writeSync(file, Buffer.from(`${line.repeat(8_000)}last\n`));
    closeSync(file);
    let turns = 0;
    let reading = true;
    const count = (): void => {
      turns++;
      if (reading) setImmediate(count);
    };
    count();
    const seen = follow(past * 1_024);
    await seen.until(8_001);
    reading = false;
    expect(seen.lines.at(-1)).toBe('last');
    expect(seen.lines).toHaveLength(8_001);
    expect(turns).toBeGreaterThan(8); // eight megabytes in pieces of a quarter
  });

  it('replaces a line that is longer than any record by an empty one', async () => {
    writeFileSync(path, 'a\n');
    appendFileSync(path, Buffer.alloc(LINE_MAX + 10, 120));
    appendFileSync(path, '\nb\n');
    const seen = follow();
    await seen.until(3);
    expect(seen.lines).toEqual(['a', '', 'b']);
  });

  it('hands over the same lines again when they could not be taken', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      let full = true;
      writeFileSync(path, 'one\ntwo\n');
      const seen = follow(0, () => {
        if (full) throw new Error('disk full');
      });
      await seen.tail.caughtUp();
      expect(seen.troubles).toEqual(['disk full']);
      expect(seen.lines).toEqual([]);
      full = false;
      jest.runAllTimers();
      await seen.until(2);
      expect(seen.lines).toEqual(['one', 'two']);
    } finally {
      jest.useRealTimers();
    }
  });

  it('holds neither descriptor nor watcher once it is stopped', async () => {
    const held = (): number =>
      process.getActiveResourcesInfo().filter((r) => /FSEvent|FileHandle/.test(r)).length;
    const once = async (): Promise<void> => {
      writeFileSync(path, 'x\n');
      const seen = follow();
      await seen.until(1);
      seen.tail.stop();
      await seen.tail.caughtUp();
      await new Promise((resolve) => setImmediate(resolve));
    };
    await once();
    const before = held();
    for (let i = 0; i < 5; i++) await once();
    expect(held()).toBe(before);
  });
});

describe('a file that loses its path', () => {
  /** Where an agent that enters another directory puts its transcript. */
  const elsewhere = (): string => join(dir, 'other', 'log.jsonl');
  beforeEach(() => mkdirSync(join(dir, 'other')));

  it('is followed to its new path, and not one line is lost or repeated', async () => {
    writeFileSync(path, 'one\n');
    const seen = follow();
    await seen.until(1);
    renameSync(path, elsewhere());
    appendFileSync(elsewhere(), 'two\n');
    await seen.until(2);
    await seen.tail.caughtUp();
    expect(seen.gone).toEqual([elsewhere()]);
    renameSync(elsewhere(), path);
    appendFileSync(path, 'three\n');
    await seen.until(3);
    await seen.tail.caughtUp();
    expect(seen).toMatchObject({ lines: ['one', 'two', 'three'], restarts: [], gone: [elsewhere(), path] });
  });

  it('is followed to where it went, or to what took its place, while its lines wait', async () => {
    writeFileSync(path, 'one\n');
    const seen = follow(
      0,
      () => undefined,
      () => 20,
    );
    await seen.until(1);
    appendFileSync(path, 'two\n');
    const moved = elsewhere();
    renameSync(path, moved);
    appendFileSync(moved, 'three\n');
    await seen.until(3);
    expect(seen.gone).toEqual([moved]);
    appendFileSync(moved, 'four\n');
    renameSync(moved, `${moved}.old`);
    writeFileSync(moved, 'five\n');
    await seen.until(5);
    expect(seen.lines).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('is followed when the folder it is in is renamed', async () => {
    writeFileSync(elsewhere(), 'one\n');
    path = elsewhere();
    const seen = follow();
    await seen.until(1);
    renameSync(join(dir, 'other'), join(dir, 'renamed'));
    appendFileSync(join(dir, 'renamed', 'log.jsonl'), 'two\n');
    await seen.until(2);
    // Nobody watches a folder's parents, so its next line tells.
    await seen.tail.caughtUp();
    expect(seen).toMatchObject({ lines: ['one', 'two'], restarts: [] });
    expect(seen.gone).toEqual([join(dir, 'renamed', 'log.jsonl')]);
  });

  it('is read to its end when it is rotated, before the next one at the path', async () => {
    writeFileSync(path, 'one\n');
    const seen = follow();
    await seen.until(1);
    const writer = openSync(path, 'a');
    renameSync(path, `${path}.1`);
    writeSync(writer, 'two\n'); // by a writer that does not know yet
    await seen.until(2);
    writeSync(writer, 'three\n');
    closeSync(writer);
    writeFileSync(path, 'four\n');
    await seen.until(4);
    expect(seen.lines).toEqual(['one', 'two', 'three', 'four']);
  });

  it('continues in a copy that takes its place, such as one behind a link on another disk', async () => {
    writeFileSync(path, 'one\ntwo\n');
    const seen = follow();
    await seen.until(2);
    writeFileSync(elsewhere(), 'one\ntwo\n');
    unlinkSync(path);
    symlinkSync(elsewhere(), path);
    appendFileSync(elsewhere(), 'three\n');
    await seen.until(3);
    expect(seen).toMatchObject({ lines: ['one', 'two', 'three'], restarts: [] });
  });

  it('continues when it is gone for a while, such as with a disk that is mounted again', async () => {
    writeFileSync(path, 'one\ntwo\n');
    const seen = follow();
    await seen.until(2);
    rmSync(path);
    await seen.tail.caughtUp();
    expect(seen.gone).toEqual([null]);
    writeFileSync(path, 'one\ntwo\nthree\n');
    await seen.until(3);
    expect(seen).toMatchObject({ lines: ['one', 'two', 'three'], restarts: [] });
  });
});
