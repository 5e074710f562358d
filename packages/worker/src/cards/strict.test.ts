import { objectionsToPart } from './strict';
import type { Entity } from './view';

const objections = (text: string, ...entities: Entity[]): string[] => objectionsToPart({ text, entities });

describe('the strict checker', () => {
  it('takes what Telegram takes', () => {
    const quote: Entity = { type: 'blockquote', offset: 0, length: 5 };
    expect(objections('hello', quote, { type: 'bold', offset: 0, length: 5 })).toEqual([]);
    expect(objections('hello', quote, { type: 'pre', offset: 1, length: 2, language: 'c' })).toEqual([]);
    expect(objections('hello', { type: 'text_link', offset: 0, length: 5, url: 'https://a.b' })).toEqual([]);
  });

  const bold = (offset: number, length: number): Entity => ({ type: 'bold', offset, length });
  const italic = (offset: number, length: number): Entity => ({ type: 'italic', offset, length });
  const code = (offset: number, length: number): Entity => ({ type: 'code', offset, length });
  it.each([
    ['too long a text', 'x'.repeat(4097), []],
    ['a blank text', ' \u200b\n', []],
    ['white space at an end', ' x', []],
    ['half a surrogate pair in the text', 'a\ud83d', []],
    ['an entity that cuts a surrogate pair', '👍', [bold(0, 1)]],
    ['an entity beyond the text', 'abc', [bold(1, 3)]],
    ['an empty entity', 'abc', [bold(1, 0)]],
    ['white space at an end of an entity', 'a b', [bold(0, 2)]],
    ['crossing entities', 'abcdef', [bold(0, 4), italic(2, 4)]],
    ['the same entity nested', 'abcdef', [bold(0, 4), bold(1, 2)]],
    ['code in bold', 'abcdef', [bold(0, 4), code(1, 2)]],
    ['bold in code', 'abcdef', [code(0, 4), bold(1, 2)]],
    ['code and bold on the same text', 'abcdef', [code(0, 4), bold(0, 4)]],
    ['too many entities', 'x '.repeat(101) + 'x', Array.from({ length: 101 }, (_, i) => bold(i * 2, 1))],
    [
      'an address nobody opens',
      'abc',
      [{ type: 'text_link', offset: 0, length: 3, url: 'javascript:alert(1)' } as Entity],
    ],
    ['a link without an address', 'abc', [{ type: 'text_link', offset: 0, length: 3 } as Entity]],
    [
      'quotes nested',
      'abc',
      [
        { type: 'blockquote', offset: 0, length: 3 } as Entity,
        { type: 'expandable_blockquote', offset: 0, length: 2 } as Entity,
      ],
    ],
  ])('objects to %s', (_, text, entities) => {
    expect(objections(text, ...entities)).not.toEqual([]);
  });

  it('objects to a button with more than 64 bytes of data', () => {
    const part = { text: 'x', entities: [], buttons: [[{ text: 'x', data: 'é'.repeat(33) }]] };
    expect(objectionsToPart(part)).not.toEqual([]);
  });
});
