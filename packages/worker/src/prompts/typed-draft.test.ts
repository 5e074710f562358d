import fc from 'fast-check';
import { createClaude } from '../agents/claude/claude';
import type { Keystroke } from '../terminal/panes';
import { createCodex } from '../agents/codex/codex';
import { draftsOf, promptsIn } from './typed-draft';

it('knows what the line may hold at each pause of the keystrokes, and at their end', () => {
  const keys: Keystroke[] = [
    { kind: 'key', key: 'i' },
    { kind: 'pause', ms: 100 },
    { kind: 'key', key: 'BSpace' },
    { kind: 'text', text: 'one' },
    { kind: 'key', key: 'C-j' },
    { kind: 'text', text: 'two' },
  ];
  expect(draftsOf(keys)).toEqual(['i', 'onetwo']);
  expect(draftsOf(createClaude({}).typing('1\n2\n3\n4'))).toEqual(['1234']);
  expect(draftsOf(createClaude({}).typing('one two'))).toEqual(['onetwo']);
  expect(draftsOf(createCodex().typing('one\ntwo'))).toEqual(['onetwo']);
});

it('finds the prompts that make up a draft, the last one cut off', () => {
  const texts = ['one', 'two', ''].map((text, i) => ({ prompt: i + 1, text }));
  expect(promptsIn('', texts)).toEqual([]);
  expect(promptsIn('twoone', texts)).toEqual([2, 1]);
  expect(promptsIn('onet', texts)).toEqual([1, 2]);
  for (const draft of ['x', 'onex', 'ne', 'xone']) expect(promptsIn(draft, texts)).toBeNull();
});

it('finds them in whatever order they were joined', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), fc.nat(), (all, cut) => {
      const joined = all.join('');
      const draft = joined.slice(0, joined.length - (cut % (all.at(-1) ?? '').length));
      const found = promptsIn(
        draft,
        all.map((each, i) => ({ prompt: i, text: each })),
      );
      expect(found?.length).toBeGreaterThan(0);
    }),
  );
});
