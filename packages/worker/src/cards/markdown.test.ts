import fc from 'fast-check';
import { anyMarkdown } from '../fixtures/arbitrary-card';
import { isBlank } from './clean';
import { richOf } from './markdown';
import { paginate } from './paginate';
import { objectionsToPart } from '../fixtures/strict-view';

/** The text, and what each entity covers. */
function shown(markdown: string): { text: string; marks: string[] } {
  const { text, entities } = richOf(markdown);
  const marks = entities.map((e) => {
    const extra = e.url ?? e.language;
    const covered = JSON.stringify(text.slice(e.offset, e.offset + e.length));
    return `${e.type}${extra === undefined ? '' : `(${extra})`} ${covered}`;
  });
  return { text, marks };
}

describe('Markdown becomes text with entities', () => {
  it('when it has inline styles', () => {
    expect(shown('a **b** _c_ ~~d~~ `e` ||f g||')).toEqual({
      text: 'a b c d e f g',
      marks: ['bold "b"', 'italic "c"', 'strikethrough "d"', 'code "e"', 'spoiler "f g"'],
    });
  });

  it('when styles nest: code ends the styles around it, as it may be in none', () => {
    expect(shown('**a _b_ `c` d**')).toEqual({
      text: 'a b c d',
      marks: ['bold "a b"', 'italic "b"', 'code "c"', 'bold "d"'],
    });
    expect(shown('# A **b**').marks).toEqual(['bold "A b"']);
    expect(shown('[`c` d](https://a.b)').marks).toEqual(['text_link(https://a.b) "c d"']);
  });

  it.each([
    ['a condition', 'a || b || c'],
    ['a word', 'a||b||c'],
    ['escaped bars', '\\|\\|x\\|\\|'],
    ['a lone mark', '||x'],
    ['more bars', '|||x|||'],
  ])('but %s is no spoiler', (_, markdown) => {
    expect(shown(markdown).marks).toEqual([]);
    expect(shown(markdown).text).toBe(markdown.replaceAll('\\', ''));
  });

  it('when it has headings, paragraphs and breaks, with the blank lines of the source', () => {
    expect(shown('# One\ntext\nmore  \nthen\\\nlast\n\n\n\nnext\n\n---\n\nend')).toEqual({
      text: 'One\ntext\nmore\nthen\nlast\n\nnext\n\n———\n\nend',
      marks: ['bold "One"'],
    });
  });

  it('when it has lists, nested, ordered, of tasks, loose and empty', () => {
    expect(shown('intro\n- a\n- b\n  - c\n    1. d\n    2. e\n- [ ] todo\n- [x] **done**\n-\n- f').text).toBe(
      'intro\n• a\n• b\n  ◦ c\n    1. d\n    2. e\n☐ todo\n☑ done\n• \n• f',
    );
    expect(shown('7. a\n\n   b\n\n8. c').text).toBe('7. a\n\nb\n\n8. c');
    expect(shown('- \n- x').text).toBe('• \n• x');
  });

  it('when it has code, fenced, indented, unclosed while it streams, and in a list', () => {
    expect(shown('```ts title=x\nlet a;\n\n  b\n```')).toEqual({
      text: 'let a;\n\n  b',
      marks: ['pre(ts) "let a;\\n\\n  b"'],
    });
    expect(shown('say:\n\n```\nhalf').marks).toEqual(['pre "half"']);
    expect(shown('1. run\n   ```sh\n   ls\n   ```\n2. look')).toEqual({
      text: '1. run\nls\n2. look',
      marks: ['pre(sh) "ls"'],
    });
    expect(shown('x\n\n```\n   \n```\n\ny')).toEqual({ text: 'x\n\ny', marks: [] });
  });

  it('and removes indentation that all lines of code share', () => {
    expect(shown('```\n    if x:\n      y\n\n    z\n```').text).toBe('if x:\n  y\n\nz');
  });

  it('when it has quotes: nested ones are one, code in them stays code', () => {
    expect(shown('> a\n> > b **c**\n>\n> ```\n> d\n> ```\n\nafter')).toEqual({
      text: 'a\nb c\n\nd\n\nafter',
      marks: ['blockquote "a\\nb c\\n\\nd"', 'bold "c"', 'pre "d"'],
    });
  });

  it('when it has links: those to pages and mail are links, others are text with their target', () => {
    expect(shown('[a](https://x.y/z) <mailto:q@r.s> [t](tg://resolve?domain=x)')).toEqual({
      text: 'a mailto:q@r.s t (tg://resolve?domain=x)',
      marks: ['text_link(https://x.y/z) "a"', 'text_link(mailto:q@r.s) "mailto:q@r.s"'],
    });
    expect(shown('[f](src/f.ts:1) [src/g.ts](src/g.ts) [j](javascript:alert(1)) [h](http://)')).toEqual({
      text: 'f (src/f.ts:1) src/g.ts j (javascript:alert(1)) h (http://)',
      marks: [],
    });
    expect(shown('[a](HTTPS://X.y/\u00e4)').marks).toEqual(['text_link(https://x.y/%C3%A4) "a"']);
    expect(shown('[](https://x.y)').marks).toEqual(['text_link(https://x.y) "https://x.y"']);
    expect(shown('https://x.y/__init__.py').text).toBe('https://x.y/__init__.py');
    expect(shown('[r][1]\n\n[1]: https://x.y').marks).toEqual(['text_link(https://x.y) "r"']);
  });

  it('when it has images: they are links', () => {
    expect(shown('![a **b**](https://x.y/i.png) ![](https://x.y) ![c](d.png)')).toEqual({
      text: 'a b https://x.y c (d.png)',
      marks: ['text_link(https://x.y/i.png) "a b"', 'text_link(https://x.y) "https://x.y"'],
    });
    expect(shown('[![badge](https://x.y/i.svg)](https://a.b)').marks).toEqual([
      'text_link(https://a.b) "badge"',
    ]);
  });

  it('when it has HTML: it is text', () => {
    expect(shown('<b>x</b>\n\n<details>\n<!-- c -->').text).toBe('<b>x</b>\n\n<details>\n<!-- c -->');
    expect(shown('&lt;a&gt; &amp; &copy;').text).toBe('<a> & ©');
  });

  it('when it has footnotes: they are at the end', () => {
    expect(shown('a[^x] b^[inline]\n\n[^x]: note\n\nafter').text).toBe(
      'a[1] b[2]\n\nafter\n\n[1] note\n[2] inline',
    );
  });

  it('when it has a table: its columns are aligned, wide characters and emoji counted as two', () => {
    const { text, marks } = shown(
      '| a | 中文 | n |\n|---|:-:|--:|\n| 👍🏽 x | `c\\|d` | 1 |\n| long | z | 200 |',
    );
    expect(text).toBe(
      ['a    │ 中文 │   n', '─────┼──────┼────', '👍🏽 x │ c|d  │   1', 'long │  z   │ 200'].join('\n'),
    );
    expect(marks).toHaveLength(1);
  });

  it('and keeps the links of a table below it', () => {
    const { text, marks } = shown('| |\n|-|\n| [a](https://x.y) |\n| [b](./b) ![c](https://c.d) |');
    expect(text.split('\n').at(-1)).toBe('a · b (./b) · c');
    expect(text.startsWith('·\n')).toBe(true);
    expect(marks.slice(1)).toEqual(['text_link(https://x.y) "a"', 'text_link(https://c.d) "c"']);
  });

  it('when it has control characters, foreign line ends and halves of pairs: they are removed', () => {
    expect(shown('a\u001b[31mb\r\nc\u0000d\ud800e\u2028f').text).toBe('a[31mb\ncd\ufffde\nf');
  });

  it('when it is nested too deeply: as it was written', () => {
    const quotes = `${'>'.repeat(10_000)} x`;
    expect(richOf(quotes)).toEqual({ text: quotes, entities: [] });
    const lists = `${'- '.repeat(10_000)}x`;
    expect(richOf(lists).text).toBe(lists);
    const pictures = '!['.repeat(5000) + 'x' + '](a)'.repeat(5000);
    expect(isBlank(richOf(pictures).text)).toBe(false);
  });

  it.each([
    ['brackets', '['.repeat(50_000)],
    ['bars', '|'.repeat(50_000)],
    ['emphasis', '*a _b '.repeat(10_000)],
    ['backticks', Array.from({ length: 300 }, (_, i) => '`'.repeat(i + 1)).join(' ')],
    ['stars behind an address', `http://x.y/${'*'.repeat(50_000)}`],
    ['links in one cell', `|${'[a](b)'.repeat(5000)}|\n|-|\n`],
    ['empty rows of a broad table', `${'|a'.repeat(100)}|\n${'|-'.repeat(100)}|\n${'|\n'.repeat(5000)}`],
    ['accents', `a${'\u0301'.repeat(50_000)}`],
  ])('when it is a flood of %s', (_, markdown) => {
    for (const part of paginate(richOf(markdown))) expect(objectionsToPart(part)).toEqual([]);
  });

  it('when it consists of marks or addresses: as it was written', () => {
    for (const dense of ['**a'.repeat(5_000), 'https://a.example/ **b** '.repeat(401)]) {
      expect(richOf(dense)).toEqual({ text: dense.trim(), entities: [] });
    }
    const report = 'A line with **bold**, `code` and https://example.org/.\n\n'.repeat(300);
    expect(richOf(report).entities).toHaveLength(900);
  });

  it('always as something that Telegram takes', () => {
    fc.assert(
      fc.property(anyMarkdown(), fc.integer({ min: 2, max: 200 }), (markdown, limit) => {
        for (const part of paginate(richOf(markdown), limit)) expect(objectionsToPart(part)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('with every word that was written, when there is no markup in it', () => {
    const word = fc
      .stringMatching(/^[\p{L}\p{N}\p{Extended_Pictographic}]{1,12}$/u)
      .filter((w) => !/^\d/.test(w));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(richOf(words.join('\n')).text).toBe(words.join('\n'));
      }),
    );
  });
});
