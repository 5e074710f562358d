import fc from 'fast-check';
import { anyMarkdown, anyText } from '../fixtures/arbitrary-card';
import { cleanText, isBlank } from './clean';
import { richOf } from './markdown';
import { paginate, tailOf } from './paginate';
import { objectionsToPart } from '../fixtures/strict-view';
import type { Entity, Rich } from './view';

const texts = (rich: Rich, limit: number): string[] => paginate(rich, limit).map((part) => part.text);
const plain = (text: string): Rich => ({ text, entities: [] });

/** Fails unless the parts are `text` in order, with nothing but blank text left out between them. */
function expectWhole(text: string, parts: readonly Rich[]): void {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part.text, at);
    expect(found).toBeGreaterThanOrEqual(at);
    expect(isBlank(text.slice(at, found))).toBe(true);
    at = found + part.text.length;
  }
  expect(isBlank(text.slice(at))).toBe(true);
}

describe('a text is split', () => {
  it('between paragraphs rather than lines', () => {
    expect(texts(plain('aaaa\nbbbb\n\ncccc\ndddd'), 16)).toEqual(['aaaa\nbbbb', 'cccc\ndddd']);
  });

  it('between lines rather than words', () => {
    expect(texts(plain('a bb\ncc dd ee'), 8)).toEqual(['a bb', 'cc dd ee']);
  });

  it('between words rather than in one', () => {
    expect(texts(plain('aaa bbb ccc'), 9)).toEqual(['aaa bbb', 'ccc']);
    expect(texts(plain('a bbbbbbbb'), 9)).toEqual(['a', 'bbbbbbbb']);
  });

  it('in a word when it alone is too long', () => {
    expect(texts(plain('abcdefghij'), 4)).toEqual(['abcd', 'efgh', 'ij']);
  });

  it('never in a character of several units, or in an emoji or accent of several characters', () => {
    expect(texts(plain('a👍👍👍'), 4)).toEqual(['a👍', '👍👍']);
    expect(texts(plain('ab👨‍👩‍👧cd'), 8)).toEqual(['ab', '👨‍👩‍👧', 'cd']);
    expect(texts(plain('abe\u0301cd'), 3)).toEqual(['ab', 'e\u0301c', 'd']);
  });

  it('in an emoji only when it alone is too long, and then between its characters', () => {
    const parts = texts(plain('👨‍👩‍👧‍👦'), 5);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(/\p{Surrogate}/u.test(part)).toBe(false);
  });

  it('with an entity across the border, which continues in the next part', () => {
    const code: Entity = { type: 'pre', offset: 2, length: 9, language: 'ts' };
    expect(paginate({ text: 'x\naaaa\nbbbb', entities: [code] }, 7)).toEqual([
      { text: 'x\naaaa', entities: [{ type: 'pre', offset: 2, length: 4, language: 'ts' }] },
      { text: 'bbbb', entities: [{ type: 'pre', offset: 0, length: 4, language: 'ts' }] },
    ]);
  });

  it('before a code block rather than in it, and in it at a line without indentation', () => {
    const text = 'aaaaaaaaaa\nbbbbb\n\nbbbbb';
    const block: Entity = { type: 'pre', offset: 11, length: 12 };
    expect(texts({ text, entities: [block] }, 20)).toEqual(['aaaaaaaaaa', 'bbbbb\n\nbbbbb']);
    const code = 'f() {\n  a;\n}\ng() {\n  b;\n}';
    const whole: Entity = { type: 'pre', offset: 0, length: code.length };
    expect(texts({ text: code, entities: [whole] }, 22)).toEqual(['f() {\n  a;\n}', 'g() {\n  b;\n}']);
  });

  it('when it has more entities than one message may', () => {
    const rich = richOf('**a** '.repeat(250));
    const parts = paginate(rich);
    expect(parts.map((part) => part.entities.length)).toEqual([100, 100, 50]);
    expectWhole(rich.text, parts);
  });

  it('into nothing when it shows nothing', () => {
    expect(paginate(plain(''))).toEqual([]);
    expect(paginate(plain(' \n\u200b\u2060'.repeat(3000)))).toEqual([]);
  });

  it('and joined is the whole text, each part within the limits', () => {
    const rich = fc.oneof(
      anyMarkdown().map(richOf),
      anyText(200).map((text) => plain(cleanText(text))),
    );
    fc.assert(
      fc.property(
        rich,
        fc.integer({ min: 2, max: 300 }),
        fc.integer({ min: 10, max: 100 }),
        (whole, limit, most) => {
          const parts = paginate(whole, limit, most);
          for (const part of parts) {
            expect(objectionsToPart(part)).toEqual([]);
            expect(part.text.length).toBeLessThanOrEqual(limit);
            expect(part.entities.length).toBeLessThanOrEqual(most);
          }
          expectWhole(whole.text, parts);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('and every unit in an entity stays in one of its kind, except white space', () => {
    const covered = ({ text, entities }: Rich): string =>
      entities
        .map((e) => `${e.type}:${text.slice(e.offset, e.offset + e.length).replace(/\s/g, '')}`)
        .join('\n');
    const of = (type: string, all: string): string =>
      all
        .split('\n')
        .filter((line) => line.startsWith(`${type}:`))
        .map((line) => line.slice(type.length + 1))
        .join('');
    fc.assert(
      fc.property(anyMarkdown().map(richOf), fc.integer({ min: 2, max: 50 }), (whole, limit) => {
        const parts = paginate(whole, limit).map(covered).join('\n');
        for (const type of new Set(whole.entities.map((e) => e.type))) {
          // What shows nothing may be left out at a border.
          const clean = (text: string): string =>
            text.replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u2800\s]/gu, '');
          expect(clean(of(type, parts))).toBe(clean(of(type, covered(whole))));
        }
      }),
    );
  });
});

describe('the tail of a text', () => {
  it('starts with a line, or with a word, where one starts soon', () => {
    expect(tailOf(plain('aaaa bbbb\ncccc dddd'), 12, 9).text).toBe('cccc dddd');
    expect(tailOf(plain('aaaa bbbb cccc'), 11, 9).text).toBe('bbbb cccc');
    expect(tailOf(plain('aaaa'), 4, 9).text).toBe('aaaa');
  });

  it('is what Telegram takes, within the limits', () => {
    fc.assert(
      fc.property(
        anyMarkdown().map(richOf),
        fc.integer({ min: 2, max: 100 }),
        fc.nat(5),
        (whole, limit, most) => {
          const tail = tailOf(whole, limit, most);
          expect(tail.text.length).toBeLessThanOrEqual(limit);
          expect(tail.entities.length).toBeLessThanOrEqual(most);
          if (!isBlank(tail.text)) expect(objectionsToPart(tail)).toEqual([]);
          expect(whole.text.trimEnd().endsWith(tail.text)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
