import fc from 'fast-check';
import { createControlParser, LINE_MAX, type ControlEvent } from './parse';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (...chunks: (string | Uint8Array)[]): ControlEvent[] => {
  const parser = createControlParser();
  return chunks.flatMap((chunk) => parser.feed(typeof chunk === 'string' ? bytes(chunk) : chunk));
};

it('reads the lines between begin and end as the answer to a command', () => {
  expect(parse('%begin 17 5 1\none\n\ntwo\n%end 17 5 1\n')).toEqual([
    { type: 'reply', own: true, ok: true, lines: ['one', '', 'two'] },
  ]);
});

it('reads errors, and answers to commands that tmux ran by itself', () => {
  expect(parse('%begin 17 5 1\nno such thing\n%error 17 5 1\n%begin 17 6 0\n%end 17 6 0\n')).toEqual([
    { type: 'reply', own: true, ok: false, lines: ['no such thing'] },
    { type: 'reply', own: false, ok: true, lines: [] },
  ]);
});

it('ends an answer only at a line with the numbers of its begin', () => {
  const inside = ['%end 17 4 1', '%error 18 5 1', '%end', '%begin 17 6 1', '%output %1 x', '%exit'];
  expect(parse(`%begin 17 5 1\n${inside.join('\n')}\n%end 17 5 1\n`)).toEqual([
    { type: 'reply', own: true, ok: true, lines: inside },
  ]);
});

it('ignores a malformed begin', () => {
  expect(parse('%begin\n%begin 1 2\n%begin a b c\n%exit\n').map((e) => e.type)).toEqual(['other', 'other', 'other', 'exit']); // oxfmt-ignore
});

it.each<[string, ControlEvent]>([
  ['%output %3 hello\\012', { type: 'output', pane: '%3' }],
  ['%extended-output %12 5 : text', { type: 'output', pane: '%12' }],
  [`%output %3 ${'long'.repeat(1_000)}`, { type: 'output', pane: '%3' }],
  ['%pause %3', { type: 'paused', pane: '%3' }],
  ['%window-add @1', { type: 'windows' }],
  ['%window-close @1', { type: 'windows' }],
  ['%unlinked-window-close @1', { type: 'windows' }],
  ['%layout-change @1 b25f,80x24,0,0,2 b25f,80x24,0,0,2 *', { type: 'windows' }],
  ['%subscription-changed dead $0 @1 1 %2 : 1', { type: 'changed', name: 'dead', value: '1' }],
  ['%subscription-changed t $0 @1 1 %2 : a : b', { type: 'changed', name: 't', value: 'a : b' }],
  ['%exit server exited', { type: 'exit', reason: 'server exited' }],
  ['%exit', { type: 'exit', reason: '' }],
  ['%something-new $1 2', { type: 'other', line: '%something-new $1 2' }],
  ['', { type: 'other', line: '' }],
])('reads %s', (line, event) => {
  expect(parse(`${line}\n`)).toEqual([event]);
});

it('waits for the rest of an incomplete line', () => {
  expect(parse('%pau', 'se %', '3')).toEqual([]);
  expect(parse('%pau', 'se %', '3', '\n')).toEqual([{ type: 'paused', pane: '%3' }]);
});

it('keeps an incomplete line even if the caller reuses its buffer', () => {
  const parser = createControlParser();
  const buffer = bytes('%pause %3');
  parser.feed(buffer);
  buffer.fill(0);
  expect(parser.feed(bytes('\n'))).toEqual([{ type: 'paused', pane: '%3' }]);
});

it('cuts a line that is too long, and reads the next', () => {
  const piece = bytes('x'.repeat(1_000_000));
  const parser = createControlParser();
  parser.feed(bytes('%begin 17 5 1\n'));
  for (let i = 0; i < 10; i++) parser.feed(piece);
  const [event] = parser.feed(bytes('\nnext\n%end 17 5 1\n'));
  expect(event?.type === 'reply' && event.lines.map((l) => l.length)).toEqual([LINE_MAX, 4]);
});

it('reads the same events however the bytes are split', () => {
  const line = fc.oneof(
    fc.constantFrom('%begin 1 2 1', '%end 1 2 1', '%error 1 2 1', '%begin 1 3 0', '%end 1 3 0', '%exit', '%pause %1', '%output %1 你好🎉'), // oxfmt-ignore
    fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll('\n', ' ')),
    fc.string({ unit: 'binary' }).map((s) => `%${s.replaceAll('\n', ' ')}`),
  );
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.integer({ min: 1, max: 40 })), (lines, sizes) => {
      const all = bytes(lines.map((l) => `${l}\n`).join(''));
      const chunks: Uint8Array[] = [];
      for (let at = 0, i = 0; at < all.length; i++) {
        const size = sizes[i % Math.max(sizes.length, 1)] ?? all.length;
        chunks.push(all.slice(at, at + size));
        at += size;
      }
      expect(parse(...chunks)).toEqual(parse(all));
    }),
  );
});

it('survives any bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
      expect(() => parse(...chunks)).not.toThrow();
    }),
  );
});
