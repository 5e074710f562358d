import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileHead } from './file-head';
import { openTranscript, plainPath } from './transcript-file';

/** 300 lines, as `zstd -19` writes them. */
const COMPRESSED = Buffer.from(
  'KLUv/QBoTQ0ARh1AGJAbig1YtXNlnRFid1oU2b1TSpNO+vfBCUQANwA0AD0vP5vL5PFt17T4aq1Sp6/bstKjsUgcnmZJCs+K5i7AA9GQYCwYBEIBcTAYB2EcDCgQBsFRCBQHg3EUARQoDIQCg8IhIryzq6Ob+/l6PLkzszKysZutRhO7sqqimnq5WiypI6MioqGTqUQSurGpoZn5eDocmbu9Tp//fmdFc5dHnhXNXYrxrGjuUopnRXOXQjwrmruU4VnR3KWcZ0Vzl2KeFc1dSnlWNHcp5FnR3GVu27Zt27Zt27ZtW0r1rGjuUqhnRXOXMj0rmruU96xo7lLcs6K5S2nPiuYuhT0rmrsUaYEtqBGQavf/DOEzbQcSSBBIEPj/P0GAP6SkpLW0yFpaWs0uDkpIS5MjSEvJEbKl5AhpKdIIaSk5QlqUHCFbSo4gLaVk+is4kJaWy9TWWjWSLm0LqVJyBGkpOUJaihxDWkqOkCwlR0iLkvpYAUaIiIiIiIiIiBAiIiIiIiIiUkREREREiogIEREREREREREiIkRERERERIiICCMUBAFZ+E116kQB1Co=',
  'base64',
);
const LINES = Array.from(
  { length: 300 },
  (_, i) => `{"line":${i + 1},"text":"the same text in every line"}\n`,
);

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-zstd-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

async function contentOf(path: string, max?: number): Promise<string> {
  const handle = await openTranscript(path, max);
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** The copies of transcripts that are on disk. */
const copies = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('ccbot-transcript-'));

describe('a compressed transcript', () => {
  it('is read at any offset, and leaves nothing on disk', async () => {
    const before = copies();
    const handle = await openTranscript(file('a.jsonl.zst', COMPRESSED));
    expect(copies()).toEqual(before);
    const line = Buffer.alloc(LINES[299]?.length ?? 0);
    const { size } = await handle.stat();
    await handle.read(line, 0, line.length, size - line.length);
    expect(line.toString()).toBe(LINES[299]);
    expect(size).toBe(LINES.join('').length);
    await handle.close();
  });

  it('has a head, of which no more than that is decompressed', async () => {
    const head = await fileHead(file('a.jsonl.zst', COMPRESSED), 'recordHead');
    expect(head).toBe(LINES.join('').slice(0, 4_096));
  });

  it('is refused when it becomes larger than the limit', async () => {
    await expect(contentOf(file('a.jsonl.zst', COMPRESSED), 1_000)).rejects.toThrow('larger than 1000 bytes');
  });

  it('is refused when it asks for more memory than any agent needs', async () => {
    const bomb = Buffer.concat([Buffer.from('28b52ffd00ff', 'hex'), Buffer.alloc(20)]);
    await expect(contentOf(file('a.jsonl.zst', bomb))).rejects.toThrow('bytes of memory');
    const claims = Buffer.concat([Buffer.from('28b52ffde0', 'hex'), Buffer.alloc(8, 0x7f), Buffer.alloc(20)]);
    await expect(contentOf(file('b.jsonl.zst', claims))).rejects.toThrow('bytes of memory');
  });

  it.each([
    ['is cut off', COMPRESSED.subarray(0, COMPRESSED.length - 20)],
    ['is cut off in its first bytes', COMPRESSED.subarray(0, 7)],
    ['is empty', Buffer.alloc(0)],
    ['is not compressed at all', Buffer.from(LINES.join(''))],
    ['has garbage behind its head', Buffer.concat([COMPRESSED.subarray(0, 40), Buffer.alloc(200, 0xa5)])],
  ])('that %s is damaged', async (_, bytes) => {
    await expect(contentOf(file('a.jsonl.zst', bytes))).rejects.toThrow('damaged or not whole');
  });
});

it('is written again at the same path without its ending', () => {
  expect(plainPath('/x/rollout.jsonl.zst')).toBe('/x/rollout.jsonl');
  expect(plainPath('/x/rollout.jsonl')).toBe('/x/rollout.jsonl');
});

it('reads a plain transcript as it is', async () => {
  expect(await contentOf(file('a.jsonl', Buffer.from('one\n')))).toBe('one\n');
});
