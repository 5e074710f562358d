import { readParams } from './parameters';

it('converts the strings of a form to their types', () => {
  const { params, warnings } = readParams('sendMessage', {
    chat_id: '7001',
    text: 'true',
    entities: '[{"type":"bold"}]',
    disable_notification: 'True',
  });
  expect(params).toEqual({
    chat_id: 7001,
    text: 'true',
    entities: [{ type: 'bold' }],
    disable_notification: true,
  });
  expect(warnings).toEqual([]);
});

it.each([
  ['getUpdates', { offset: 'soon' }, 'not an integer'],
  ['getUpdates', { offset: 1.5 }, 'not an integer'],
  ['sendMessage', { entities: '[{' }, "can't parse JSON object"],
  ['sendMessage', { text: { a: 1 } }, 'not a text'],
])('refuses values of the wrong type: %s %j', (method, raw, words) =>
  expect(() => readParams(method, raw)).toThrow(words),
);

it('keeps unknown parameters and warns of them, but not of attached files', () => {
  const { params, warnings } = readParams('sendMediaGroup', {
    odd: 1,
    part1: { name: 'a', mime: 'b', bytes: Buffer.alloc(1) },
  });
  expect(Object.keys(params)).toEqual(['odd', 'part1']);
  expect(warnings).toEqual(['sendMediaGroup: unknown parameter odd']);
});
