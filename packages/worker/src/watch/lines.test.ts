import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linesBefore, linesFrom, type Line } from './lines';

const dir = mkdtempSync(join(tmpdir(), 'ccbot-lines-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function read(content: string, end?: number): Promise<Line[]> {
  const path = join(dir, 'file');
  writeFileSync(path, content);
  const file = await open(path, 'r');
  const found: Line[] = [];
  for await (const line of linesBefore(file, end ?? Buffer.byteLength(content))) found.push(line);
  await file.close();
  return found;
}
const texts = (lines: readonly Line[]): string[] => lines.map(({ text }) => text);

it('reads lines backwards, each with its offset', async () => {
  expect(await read('one\ntwö\nthree\n')).toEqual([
    { start: 9, text: 'three' },
    { start: 4, text: 'twö' },
    { start: 0, text: 'one' },
  ]);
});

it('leaves out a line whose end is not written yet, and begins at the given offset', async () => {
  expect(texts(await read('one\ntwo\nhal'))).toEqual(['two', 'one']);
  expect(texts(await read('one\ntwo\nthree\n', 8))).toEqual(['two', 'one']);
  expect(texts(await read('one\ntwo\nthree\n', 10))).toEqual(['two', 'one']);
});

it('finds nothing in an empty file and in one without a line end', async () => {
  expect(await read('')).toEqual([]);
  expect(await read('hal')).toEqual([]);
});

it('joins lines that are longer than a chunk, without breaking characters', async () => {
  const long = '漢字🎉'.repeat(60_000);
  const lines = await read(`a\n${long}\n${'x'.repeat(131_072)}\nb\n`);
  expect(texts(lines)).toEqual(['b', 'x'.repeat(131_072), long, 'a']);
});

it('leaves out a line that is too long, and continues before it', async () => {
  expect(texts(await read(`a\n${'x'.repeat(9 * 1024 * 1024)}\nb\n`))).toEqual(['b', 'a']);
});

it('reads whole lines forwards between two offsets', async () => {
  const long = '漢字🎉'.repeat(60_000);
  const path = join(dir, 'forwards');
  writeFileSync(path, `one\ntwö\n${long}\nend\nhal`);
  const forwards = async (from: number, end: number): Promise<Line[]> => {
    const file = await open(path, 'r');
    const found: Line[] = [];
    for await (const line of linesFrom(file, from, end)) found.push(line);
    await file.close();
    return found;
  };
  expect(texts(await forwards(0, Infinity))).toEqual(['one', 'twö', long, 'end']);
  expect(await forwards(4, 9)).toEqual([{ start: 4, text: 'twö' }]);
  expect(await forwards(4, 8)).toEqual([]);
});
