import { keyBytes, unknownKey } from './keys';

it.each([
  ['Enter', '\r'],
  ['C-c', '\u0003'],
  ['C-z', '\u001a'],
  ['Up', '\u001b[A'],
  ['Space', ' '],
  ['7', '7'],
  [';', ';'],
])('knows the bytes of %s', (key, bytes) => {
  expect(keyBytes(key)).toBe(bytes);
});

it('sends different arrow keys in application cursor mode', () => {
  expect(keyBytes('Up', true)).toBe('\u001bOA');
  expect(keyBytes('Enter', true)).toBe('\r');
});

it.each(['', 'enter', 'Entre', 'C-', 'C-1', 'C-é', 'M-x', 'ab', 'é', ' ', '\n', 'constructor'])('rejects the key %j', (key) => {
  expect(keyBytes(key)).toBeNull();
}); // oxfmt-ignore

it('finds the first unknown key', () => {
  expect(unknownKey([{ kind: 'key', key: 'Up' }, { kind: 'text' }, { kind: 'key', key: 'Nope' }])).toBe(
    'Nope',
  );
  expect(unknownKey([{ kind: 'key', key: 'Up' }, { kind: 'text' }])).toBeNull();
});
