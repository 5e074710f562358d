import { stageOf, typingMark } from './typing-mark';

it('tells how far a prompt got by the mark of its window', () => {
  for (const stage of ['next', 'text', 'enter'] as const)
    expect(stageOf(typingMark(12, stage), { id: 12, state: 'typing' })).toBe(stage);
});

it('tells nothing by the mark of another prompt, by another mark, or by none', () => {
  for (const mark of [typingMark(1, 'next'), '12 later', '12', '', undefined])
    expect(stageOf(mark, { id: 12, state: 'typing' })).toBe('unknown');
});

it('knows that a typed prompt was submitted, also when a later one has the mark', () => {
  expect(stageOf(typingMark(13, 'next'), { id: 12, state: 'typed' })).toBe('enter');
});
