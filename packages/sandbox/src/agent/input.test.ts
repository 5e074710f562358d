import { createKeyReader } from './input';

describe('the keys of the scripted agent', () => {
  it('joins a paste that arrives in pieces', () => {
    const reader = createKeyReader();
    expect(reader.feed('a\u001b[200~one\r')).toEqual([{ key: 'text', text: 'a' }]);
    expect(reader.feed('two\u001b[201~\r')).toEqual([{ key: 'text', text: 'one\ntwo' }, { key: 'enter' }]);
  });

  it('distinguishes Enter from C-j, and Escape from an arrow key', () => {
    const reader = createKeyReader();
    expect(reader.feed('x\ny\r')).toEqual([
      { key: 'text', text: 'x' },
      { key: 'newline' },
      { key: 'text', text: 'y' },
      { key: 'enter' },
    ]);
    expect(reader.feed('\u001b[A')).toEqual([]);
    expect(reader.feed('\u001b')).toEqual([{ key: 'escape' }]);
  });

  it('ignores unknown control characters', () => {
    expect(createKeyReader().feed('\u0000\u0001\u0002')).toEqual([]);
  });
});
