import { passedOn, readMarks } from './marks';

describe('the marks that a client takes out of a text', () => {
  it.each([
    ['see __init__.py', 'see init.py', ['italic init']],
    ['2**3**4', '234', ['bold 3']],
    ['run `npm test` now', 'run npm test now', ['code npm test']],
    ['~~a~~ ||b||', 'a b', ['strikethrough a', 'spoiler b']],
    ['**a __b__ c**', 'a b c', ['bold a b c', 'italic b']],
    ['a\n```ts\nx\n```\nb', 'a\nx\nb', ['pre x']],
    ['a ```x``` b', 'a\nx\nb', ['pre x']],
    ['`a **b** c`', 'a **b** c', ['code a **b** c']],
    ['**a\nb**', '**a\nb**', []],
    ['a ``b`` ` c', 'a ``b`` ` c', []],
    ['**a `b` c**', 'a b c', ['bold a ', 'code b', 'bold c']],
    ['**a __b** c__', 'a b c', ['bold a ', 'italic b c', 'bold b']],
    ['2 ** 3 ** 4', '2  3  4', ['bold 3 ']],
  ])('%j', (typed, text, marks) => {
    const sent = readMarks(typed);
    expect(sent.text).toBe(text);
    const shown = sent.entities.map(
      ({ type, offset, length }) => `${type} ${text.slice(offset, offset + length)}`,
    );
    expect(shown).toEqual(marks);
  });

  it('name the language of a block', () => {
    expect(readMarks('```c++\nint x;\n```').entities).toEqual([
      { type: 'pre', offset: 0, length: 6, language: 'c++' },
    ]);
  });

  it('become one where equal ones touch', () => {
    const bold = (offset: number) => ({ type: 'bold', offset, length: 1 });
    expect(passedOn({ text: 'ab', entities: [bold(0), bold(1)] }).entities).toEqual([
      { type: 'bold', offset: 0, length: 2 },
    ]);
  });
});
