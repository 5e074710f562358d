import { PassThrough } from 'node:stream';
import { redact } from '@ccbot/shared/log/redact';
import { readLines } from './lines';
import { createOutputSink, recordOf } from './output';

const logged: [string, string, unknown][] = [];
const log = Object.assign(
  (level: string, text: string, meta?: unknown) => void logged.push([level, text, meta]),
  {
    with: () => log,
    close: () => Promise.resolve(),
  },
);
beforeEach(() => logged.splice(0));

async function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once('end', resolve));
  return lines;
}

it('reads lines across chunks, with split characters, CRLF, and an unfinished last line', async () => {
  const euro = Buffer.from('€');
  expect(await linesOf('a', 'b\nc\r\n', euro.subarray(0, 1), euro.subarray(1), '\n\nlast')).toEqual([
    'ab',
    'c',
    '€',
    '',
    'last',
  ]);
});

it('does not keep an endless line in memory', async () => {
  const lines = await linesOf('x'.repeat(200_000));
  expect(lines.join('')).toBe('x'.repeat(200_000));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(64_000);
});

it('redacts a secret wherever an endless line is cut', async () => {
  const secret = '1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  for (let before = 63_940; before < 64_010; before += 3) {
    const stream = new PassThrough();
    let seen = '';
    readLines(stream, (line) => (seen += line), redact);
    const text = `${' '.repeat(before)}${secret}${' '.repeat(70_000)}`;
    for (let at = 0; at < text.length; at += 8_000) stream.write(text.slice(at, at + 8_000));
    stream.end();
    await new Promise((resolve) => stream.once('end', resolve));
    expect(seen.trim()).toBe('[redacted]');
  }
});

it('parses records, and keeps everything else as text', () => {
  const record = { level: 'warn', message: 'm', program: 'worker', n: 1 };
  expect(recordOf('stdout', JSON.stringify(record))).toEqual({
    level: 'warn',
    text: 'm',
    meta: { program: 'worker', n: 1 },
  });
  for (const line of [
    '{',
    '{"level":"loud","message":"m"}',
    '{"message":"m"}',
    '{"level":"info","message":7}',
    'null',
  ]) {
    expect(recordOf('stdout', line)).toEqual({ level: 'info', text: line, meta: { stream: 'stdout' } });
  }
  expect(recordOf('stderr', 'Segmentation fault')).toMatchObject({ level: 'error' });
});

it.each([
  [
    'an error with properties',
    ['Error: ENOENT: no such file', '    at f (x.js:1:1) {', '  errno: -2', '}', '', 'Node.js v20.0.0'],
    'Error: ENOENT: no such file',
  ],
  [
    'V8 itself',
    [
      'FATAL ERROR: heap out of memory',
      '----- Native stack trace -----',
      '',
      ' 1: 0xb78db3 f [node]',
      '10: 0x1 g',
    ],
    'FATAL ERROR: heap out of memory',
  ],
])('reports the error of %s as the last one', (_what, lines, words) => {
  const sink = createOutputSink(log, (text) => text);
  for (const line of lines) sink.line('stderr', line);
  expect(sink.lastError()).toBe(words);
});

it('reports the error, not the end of its stack', () => {
  const sink = createOutputSink(log, (text) => text.replace('secret', '***'));
  for (const line of ['/x.js:1', 'TypeError: no secret', '    at f (/x.js:1:1)', '', 'Node.js v20.0.0']) {
    sink.line('stderr', line);
  }
  expect(sink.lastError()).toBe('TypeError: no ***');
  expect(logged).toHaveLength(4);
});
