import { checkCaption, checkEntities, checkKeyboard, checkText } from './strict';

describe('a text', () => {
  it('may have up to 4,096 UTF-16 units', () => {
    expect(checkText('😀'.repeat(2048))).toHaveLength(4096);
    expect(() => checkText('😀'.repeat(2048) + 'a')).toThrow('message is too long');
  });

  it.each([undefined, null, 7, '', ' \n\t', '\u200b\u200d\u2060\ufeff', '\u00ad \u2800'])(
    'is empty when it is invisible: %j',
    (text) => expect(() => checkText(text)).toThrow('message text is empty'),
  );

  it('is refused with half a surrogate pair or a zero byte', () => {
    expect(() => checkText('a\ud83d')).toThrow('UTF-8');
    expect(() => checkText('a\0b')).toThrow('UTF-8');
  });

  it.each([' a', 'a\n', '\u00a0a'])(
    'is refused with white space at an end, which Telegram would trim: %j',
    (text) => expect(() => checkText(text)).toThrow('white space'),
  );

  it('may be absent as a caption, and then has at most 1,024 units', () => {
    expect(checkCaption(undefined)).toBe('');
    expect(() => checkCaption('x'.repeat(1025))).toThrow('message caption is too long');
  });
});

describe('entities', () => {
  const text = 'ab 😀 cd\nef gh';
  const entity = (type: string, offset: number, length: number, more = {}): Record<string, unknown> => ({
    type,
    offset,
    length,
    ...more,
  });
  const refused = (...entities: unknown[]): string => {
    try {
      checkEntities(entities, text);
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };

  it('may nest or follow each other, and come out sorted and without unknown fields', () => {
    expect(checkEntities([entity('italic', 3, 2, { extra: 1 }), entity('bold', 0, 8)], text)).toEqual([
      entity('bold', 0, 8),
      entity('italic', 3, 2),
    ]);
    expect(refused(entity('blockquote', 0, 8), entity('code', 0, 2))).toBe('accepted');
    expect(refused(entity('code', 0, 2), entity('blockquote', 0, 2))).toBe('accepted');
    expect(refused(entity('text_link', 0, 2, { url: 'https://x.y/' }), entity('bold', 0, 2))).toBe(
      'accepted',
    );
    expect(refused(entity('pre', 0, 8, { language: 'js' }))).toBe('accepted');
  });

  it.each([
    ['an unknown type', entity('marquee', 0, 2), /unknown type/],
    ['a string', 'bold', /expected an Object/],
    ['null', null, /expected an Object/],
    ['no length', entity('bold', 0, 0), /wrong offset or length/],
    ['half a unit', entity('bold', 0.5, 1), /wrong offset or length/],
    ['a negative offset', entity('bold', -1, 1), /wrong offset or length/],
    ['an end after the text', entity('bold', 9, 6), /after the text/],
    ['half a surrogate pair', entity('bold', 0, 4), /cuts a character/],
    ['white space only', entity('bold', 2, 1), /only white space/],
    ['white space at an end', entity('bold', 0, 3), /white space/],
    ['a link without an address', entity('text_link', 0, 2), /text_link without a proper url/],
    ['a link to a script', entity('text_link', 0, 2, { url: 'javascript:alert(1)' }), /proper url/],
    ['an address on bold', entity('bold', 0, 2, { url: 'https://x.y' }), /other than text_link/],
    ['a language on code', entity('code', 0, 2, { language: 'js' }), /other than pre/],
  ])('are refused with %s', (_, wrong, words) => expect(refused(wrong)).toMatch(words));

  it.each([
    ['cross', entity('bold', 0, 5), entity('italic', 3, 5), /cross/],
    ['are inside code', entity('code', 0, 8), entity('bold', 0, 2), /same text/],
    ['are inside pre', entity('pre', 0, 8), entity('text_link', 3, 2, { url: 'https://x.y' }), /same text/],
    ['contain code', entity('bold', 0, 8), entity('code', 0, 2), /same text/],
    ['have the same range as code', entity('bold', 0, 2), entity('code', 0, 2), /same text/],
    ['are the same twice', entity('bold', 0, 8), entity('bold', 0, 2), /bold inside bold/],
    [
      'are quotes in quotes',
      entity('blockquote', 0, 8),
      entity('expandable_blockquote', 0, 2),
      /quote inside/,
    ],
    ['are a quote in code', entity('code', 0, 8), entity('blockquote', 0, 2), /same text|inside code/],
  ])('are refused when they %s', (_, a, b, words) => {
    expect(refused(a, b)).toMatch(words);
    expect(refused(b, a)).toMatch(words);
  });

  it('number at most a hundred', () => {
    const many = Array.from({ length: 101 }, (_, i) => entity('bold', i * 2, 1));
    expect(() => checkEntities(many, 'a '.repeat(101))).toThrow('more than 100');
    expect(checkEntities(many.slice(1), 'a '.repeat(101))).toHaveLength(100);
    expect(() => checkEntities('[]', text)).toThrow('expected an array');
  });
});

describe('a keyboard', () => {
  const button = (more: Record<string, unknown>): unknown => ({
    inline_keyboard: [[{ text: 'Go', ...more }]],
  });

  it('has button data of 1 to 64 bytes of UTF-8', () => {
    expect(checkKeyboard(button({ callback_data: '😀'.repeat(16) }))).toHaveLength(1);
    expect(() => checkKeyboard(button({ callback_data: '😀'.repeat(16) + 'a' }))).toThrow(
      'BUTTON_DATA_INVALID',
    );
    expect(() => checkKeyboard(button({ callback_data: '' }))).toThrow('BUTTON_DATA_INVALID');
    expect(() => checkKeyboard(button({ callback_data: 7 }))).toThrow('BUTTON_DATA_INVALID');
  });

  it.each([
    ['a string instead of an object', '{}', /object expected/],
    ['rows that are not a list', { inline_keyboard: {} }, /must be an Array/],
    ['a row that is not a list', { inline_keyboard: [{ text: 'x' }] }, /Array of Arrays/],
    ['a button that does nothing', button({}), /text buttons are unallowed/],
    ['a button without text', { inline_keyboard: [[{ text: ' ', callback_data: 'x' }]] }, /empty/],
    ['no button', { inline_keyboard: [[null]] }, /must be of type String/],
    ['an invalid address', button({ url: 'javascript:1' }), /BUTTON_URL_INVALID/],
    [
      'more than 100 buttons',
      { inline_keyboard: Array(101).fill([{ text: 'a', callback_data: 'b' }]) },
      /TOO_LONG/,
    ],
  ])('is refused with %s', (_, markup, words) => expect(() => checkKeyboard(markup)).toThrow(words));

  it('may be absent or empty, and empty rows are dropped', () => {
    expect(checkKeyboard(undefined)).toEqual([]);
    expect(checkKeyboard({ inline_keyboard: [[]] })).toEqual([]);
    expect(checkKeyboard(button({ url: 'https://x.y' }))).toEqual([[{ text: 'Go', url: 'https://x.y' }]]);
  });
});
