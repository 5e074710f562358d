import { messageOf } from './message';

const shown = (marked: string): [string, string[]] => {
  const { text, entities } = messageOf(marked);
  return [text, entities.map(({ offset, length }) => text.slice(offset, offset + length))];
};

it('shows what is marked as code, counted in UTF-16 units', () => {
  expect(shown('⚠️ 😀 See `ccbot logs`, then `ccbot restart`.')).toEqual([
    '⚠️ 😀 See ccbot logs, then ccbot restart.',
    ['ccbot logs', 'ccbot restart'],
  ]);
  expect(messageOf('no marks').entities).toEqual([]);
});

it.each(['one ` alone', 'an empty ``', 'a ` \n ` over two lines', 'only ` ` space', 'from ` a` to `b `'])(
  'leaves %j as it is',
  (text) => {
    expect(messageOf(text)).toEqual({ text, entities: [] });
  },
);
