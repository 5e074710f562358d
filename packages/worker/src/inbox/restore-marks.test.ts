import { readMarks, type MarkedText } from '@ccbot/sandbox/telegram/marks';
import type { MessageEntity } from '@ccbot/sandbox/telegram/model';
import fc from 'fast-check';
import { desktop, iPhone } from './fixtures/clients';
import { restoreMarks } from './restore-marks';

const restored = ({ text, entities }: MarkedText): string => restoreMarks(text, entities);
const mark = (
  type: string,
  offset: number,
  length: number,
  more: Partial<MessageEntity> = {},
): MessageEntity => ({
  type,
  offset,
  length,
  ...more,
});

/** How long the processor worked since `before`, ms; a busy machine does not count. */
const cpuMs = (before: NodeJS.CpuUsage): number => process.cpuUsage(before).user / 1_000;

describe('what was typed arrives as it was typed', () => {
  const clients = { Android: readMarks, 'Telegram Desktop': desktop, 'an iPhone': iPhone };
  const typed = [
    'see __init__.py and conftest.py',
    'what is 2**3**4?',
    'run `npm test` first',
    'a `b` and `c d`, then **bold** and ~~gone~~ and ||hidden||',
    'f(*args, **kwargs)',
    'def f(**kw): return g(**kw)',
    'call(**a,__x) and call(**b,__y)',
    'for i in a: i ** 2',
    'a ** b ** c',
    '**all of it**',
    '**bold `code` bold** and **bold `code`** and **a `b`, `c` d**',
    'g(*a, **kw), h(**kw )',
    '**one __two__ three**',
    'snake_case_name and __dunder__ and _x_ and *y*',
    'a || b && c || d',
    '~~a~~ __b__ **c**',
    '👩‍👩‍👧 __weiter__ 😀 `x😀y`',
    'echo `date`',
    '``a`b`` and `c`',
    '```',
    'an unclosed ```js\ncode',
    'https://example.com/a__b__c and ~/p__q__r/x',
    '* a\n* b\n- [ ] c',
    '\\*not bold\\*',
  ];
  const betweenWords = ['~~a~~, __b__! **c**?', '(**a**) and "`b`"', '**a**, `b`.', 'f(**a**b**)'];
  for (const [name, send] of Object.entries(clients)) {
    it.each(typed)(`from ${name}: %j`, (text) => {
      expect(restored(send(text))).toBe(text);
    });
  }

  // An iPhone marks the sign behind a word as well, and nobody can tell afterwards.
  it.each(betweenWords)('with signs beside the marks: %j', (text) => {
    for (const send of [readMarks, desktop]) expect(restored(send(text))).toBe(text);
  });

  it.each([
    'look:\n```ts\nconst a = `x${1}`;\n```\nwhat is wrong?',
    '```\nno language **bold**\n```',
    'one\n```sh\nls\n```\ntwo\n```sh\npwd\n```',
    '````\ninner\n````',
    'x:\n```\n    indented\n  less\n```\ny',
    '```c++\nint __x__ = 2 ** 3;\n\n\nint y;\n```',
  ])('with its code blocks: %j', (text) => {
    expect(restored(readMarks(text))).toBe(text);
  });

  const word = fc.constantFrom('a', 'two words', 'x_1', 'f(x)', '😀', 'é', '2', '#', '>', '\\', '[b]', 'c.d');
  const plain = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
  const marked = fc
    .tuple(fc.constantFrom('**', '__', '~~', '||', '`'), plain)
    .map(([sign, text]) => sign + text + sign);
  const nestedIn = fc
    .tuple(fc.constantFrom('**', '__', '~~'), plain, marked, plain)
    .map(([sign, a, inner, b]) => (inner.startsWith(sign) ? inner : `${sign}${a} ${inner} ${b}${sign}`));
  const line = fc.array(fc.oneof(plain, marked, nestedIn), { minLength: 1, maxLength: 6 });
  const text = fc
    .array(line, { minLength: 1, maxLength: 4 })
    .map((lines) => lines.map((parts) => parts.join(' ')).join('\n'));

  it.each(Object.entries({ Android: readMarks, 'Telegram Desktop': desktop }))(
    'for any marks, from %s',
    (_, send) => {
      fc.assert(fc.property(text, (written) => void expect(restored(send(written))).toBe(written)));
    },
  );

  it('for any marks of an iPhone between words', () => {
    const parts = fc.array(fc.tuple(plain, marked), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(parts, (written) => {
        const typed = written.flat().join(' ');
        expect(restored(iPhone(typed))).toBe(typed);
      }),
    );
  });

  it('for any signs in any order, of Android, except where marks hold white space at an end', () => {
    const signs = fc.array(fc.constantFrom('**', '__', '~~', '||', '*', '_', 'a', 'b', '(x)', '😀', '`c`'), {
      maxLength: 14,
    });
    fc.assert(
      fc.property(signs, (parts) => {
        const typed = parts.join('');
        const sent = readMarks(typed);
        // Two equal marks that touch are one entity.
        fc.pre(!/(\*\*|__|~~|\|\|)\1/.test(typed) && !/\*{3}|_{3}|~{3}|\|{3}|`{2}/.test(typed));
        expect(lettersOf(restored(sent))).toBe(lettersOf(typed));
      }),
    );
  });
});

/** The letters of a text in order, and the signs of each kind. */
const lettersOf = (text: string): string => text.replace(/[*_~|`]+/g, '·');

describe('what was picked from a menu arrives as Markdown', () => {
  it.each<[string, string, MessageEntity[], string]>([
    ['an underline', 'a b', [mark('underline', 2, 1)], 'a <u>b</u>'],
    ['a word with the space behind it', 'one two', [mark('bold', 0, 4)], '**one** two'],
    [
      'the address behind a link',
      'see here',
      [mark('text_link', 4, 4, { url: 'https://x.example/a' })],
      'see [here](https://x.example/a)',
    ],
    [
      'an address with parentheses',
      'x',
      [mark('text_link', 0, 1, { url: 'https://x.example/a(b)' })],
      '[x](https://x.example/a(b))',
    ],
    [
      'an address with half of them',
      'x',
      [mark('text_link', 0, 1, { url: 'https://x.example/a)b' })],
      '[x](<https://x.example/a)b>)',
    ],
    [
      'an address that is its own text',
      'x.example',
      [mark('text_link', 0, 9, { url: 'http://x.example/' })],
      'x.example',
    ],
    ['a bold link', 'go', [mark('bold', 0, 2), mark('text_link', 0, 2, { url: 'u:1' })], '**[go](u:1)**'],
    ['a quote', 'a\nb\nc\nd', [mark('blockquote', 2, 3)], 'a\n> b\n> c\n\nd'],
    ['a quote that folds, at the end', 'a\nb', [mark('expandable_blockquote', 2, 1)], 'a\n> b'],
    ['two quotes', 'a\nb', [mark('blockquote', 0, 1), mark('blockquote', 2, 1)], '> a\n\n> b'],
    ['a quote with marks in it', 'ab\nc', [mark('blockquote', 0, 4), mark('bold', 1, 3)], '> a**b\n> c**'],
    [
      'code in a quote',
      'x\nls\ny',
      [mark('blockquote', 0, 6), mark('pre', 2, 2, { language: 'sh' })],
      '> x\n> ```sh\n> ls\n> ```\n> y',
    ],
    ['a block in the middle of a line', 'a b c', [mark('pre', 2, 1)], 'a \n```\nb\n```\n c'],
    ['a block that holds a fence', '```\nx', [mark('pre', 0, 5)], '````\n```\nx\n````'],
    ['code with a backtick in it', 'a`b', [mark('code', 0, 3)], '``a`b``'],
    ['code that ends with one', 'ab`', [mark('code', 0, 3)], '`` ab` ``'],
    ['code with an empty line', 'a\n\nb', [mark('code', 0, 4)], '```\na\n\nb\n```'],
    ['marks that cross', 'abc', [mark('bold', 0, 2), mark('italic', 1, 2)], '**a__b**c__'],
    [
      'marks that Telegram cut where they cross',
      'abc',
      [mark('bold', 0, 2), mark('italic', 1, 1), mark('italic', 2, 1)],
      '**a__b**c__',
    ],
    [
      'a mark that Telegram cut around code',
      'abc',
      [mark('bold', 0, 1), mark('code', 1, 1), mark('bold', 2, 1)],
      '**a`b`c**',
    ],
    [
      'a mark over text and a block',
      'a\nb\nc',
      [mark('bold', 0, 5), mark('pre', 2, 1)],
      '**a**\n```\nb\n```\n**c**',
    ],
    [
      'everything at once',
      'x',
      [mark('spoiler', 0, 1), mark('italic', 0, 1), mark('bold', 0, 1), mark('strikethrough', 0, 1)],
      '**__~~||x||~~__**',
    ],
  ])('%s', (_, text, entities, expected) => {
    expect(restoreMarks(text, entities)).toBe(expected);
  });

  it('leaves alone what Telegram finds by itself, names, and emoji of a set', () => {
    const text = '/a @b #c $d e.f 🙂 Bob';
    const types = [
      'bot_command',
      'mention',
      'hashtag',
      'cashtag',
      'url',
      'email',
      'phone_number',
      'date_time',
    ];
    const found = types.map((type) => mark(type, 0, 3));
    const other = [mark('custom_emoji', 16, 2), mark('text_mention', 19, 3), mark('later', 0, 5)];
    expect(restoreMarks(text, [...found, ...other])).toBe(text);
  });
});

describe('entities that no server should send', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no list', { type: 'bold', offset: 0, length: 2 }],
    ['a text', 'bold'],
    ['nulls and numbers', [null, 1, 'x', [], {}]],
    ['a negative offset', [mark('bold', -2, 4)]],
    ['no length', [mark('bold', 1, 0), mark('bold', 1, -3)]],
    ['half units', [mark('bold', 0.5, 1)]],
    ['a place beyond the end', [mark('bold', 4, 2), mark('code', 99, 1)]],
    ['a huge number', [mark('bold', 2 ** 60, 2 ** 60)]],
    ['only white space', [mark('bold', 2, 1)]],
    ['an address of nothing', [mark('text_link', 0, 2, { url: '' })]],
    ['a huge address', [mark('text_link', 0, 2, { url: `https://${'x'.repeat(5_000)}` })]],
    ['a type of the prototype', [mark('constructor', 0, 2), mark('__proto__', 0, 2)]],
  ])('change nothing: %s', (_, entities) => {
    expect(restoreMarks('ab c', entities)).toBe('ab c');
  });

  it('are cut to the text, and never cut a character', () => {
    expect(restoreMarks('a😀b', [mark('bold', 0, 99)])).toBe('**a😀b**');
    expect(restoreMarks('a😀b', [mark('bold', 2, 1)])).toBe('a**😀**b');
    expect(restoreMarks('a😀b', [mark('code', 0, 2)])).toBe('`a😀`b');
  });

  it('count once when they are doubled or overlap', () => {
    expect(restoreMarks('abcd', [mark('bold', 0, 2), mark('bold', 0, 2), mark('bold', 1, 2)])).toBe(
      '**abc**d',
    );
    expect(restoreMarks('abcd', [mark('code', 0, 3), mark('code', 1, 3), mark('pre', 2, 2)])).toBe('`abc`d');
    expect(restoreMarks('abcd', [mark('code', 1, 2), mark('bold', 0, 2), mark('italic', 2, 2)])).toBe(
      '**a**`bc`__d__',
    );
  });

  it('change nothing if there are more than Telegram sends, and take no time', () => {
    const text = 'ab '.repeat(20_000);
    const many = Array.from({ length: 1_000_000 }, (_, i) => mark('bold', i % 50_000, 5));
    const before = process.cpuUsage();
    expect(restoreMarks(text, many)).toBe(text);
    expect(cpuMs(before)).toBeLessThan(200);
  });

  it('never lose a letter, and never make half a character, whatever they are', () => {
    const types = [
      'bold',
      'italic',
      'underline',
      'strikethrough',
      'spoiler',
      'code',
      'pre',
      'blockquote',
      'text_link',
    ];
    const any = fc.record({
      type: fc.constantFrom(...types),
      offset: fc.integer({ min: -3, max: 40 }),
      length: fc.integer({ min: -2, max: 30 }),
      url: fc.option(fc.constant('https://y'), { nil: undefined }),
      language: fc.option(fc.string(), { nil: undefined }),
    });
    const letters = fc.array(fc.constantFrom('a', 'b', '😀', '\n', ' ', 'é'), { maxLength: 30 });
    fc.assert(
      fc.property(letters, fc.array(any, { maxLength: 12 }), (parts, entities) => {
        const text = parts.join('');
        const result = restoreMarks(
          text,
          entities.map(({ language: _, ...rest }) => rest),
        );
        expect(result.isWellFormed()).toBe(true);
        const only = (s: string): string =>
          s.replace(/<\/?u>|\]\(https:\/\/y\)/g, '').replace(/[^ab😀é]/gu, '');
        expect(only(result)).toBe(only(text));
        expect(restoreMarks(text, entities).isWellFormed()).toBe(true);
      }),
    );
  });

  it('take time in proportion to the text', () => {
    const types = ['bold', 'code', 'pre', 'blockquote', 'text_link', 'spoiler'];
    for (const size of [10_000, 1_000_000]) {
      const text = '`a\n\n '.repeat(size / 5);
      const entities = Array.from({ length: 1_000 }, (_, i) =>
        mark(types[i % types.length] ?? '', (i * 7_919) % size, (i * 104_729) % size, { url: 'https://y' }),
      );
      const before = process.cpuUsage();
      restoreMarks(text, entities);
      expect(cpuMs(before)).toBeLessThan(size === 10_000 ? 100 : 2_000);
    }
  });
});
