import fc from 'fast-check';
import { anyMarkdown, anyText } from '../fixtures/arbitrary-card';
import { ANSWER_MAX } from './attach';
import { cleanText } from './clean';
import { richOf, sheetOf } from './markdown';
import { paginate } from './paginate';
import { objectionsToPart } from '../fixtures/strict-view';
import { wordsIn } from '../words/words';

const en = wordsIn('en').card;
const sheetIn = (markdown: string) => sheetOf(markdown, en);
const lines = (n: number, text = (i: number) => `line ${i}`): string =>
  Array.from({ length: n }, (_, i) => text(i)).join('\n');
const fenced = (language: string, code: string): string =>
  `before\n\n\`\`\`${language}\n${code}\n\`\`\`\n\nafter`;

describe('code', () => {
  it('stays in the text as long as a phone can show it', () => {
    const markdown = fenced('ts', lines(60));
    expect(sheetIn(markdown)).toEqual({ rich: richOf(markdown), files: [] });
    const command = fenced('sh', `curl ${'x'.repeat(400)}`);
    expect(sheetIn(command).files).toEqual([]);
  });

  it('becomes a file of its language when it is too long, with its start in the text', () => {
    const { rich, files } = sheetIn(fenced('typescript', lines(61)));
    expect(files).toEqual([{ name: 'code-1.ts', text: `${lines(61)}\n` }]);
    expect(rich.text).toBe(`before\n\n${lines(12)}\n📎 code-1.ts · 61 lines\n\nafter`);
    expect(rich.entities.map((e) => [e.type, e.language])).toEqual([
      ['pre', 'typescript'],
      ['italic', undefined],
    ]);
  });

  it('becomes a file when its lines are too wide to be read', () => {
    const wide = lines(3, () => 'x'.repeat(161));
    expect(sheetIn(fenced('json', wide)).files).toEqual([{ name: 'code-1.json', text: `${wide}\n` }]);
    expect(
      sheetIn(
        fenced(
          'json',
          lines(2, () => 'x'.repeat(161)),
        ),
      ).files,
    ).toEqual([]);
  });

  it.each([
    ['python', 'py'],
    ['C++', 'cpp'],
    ['go', 'go'],
    ['', 'txt'],
    ['../../etc', 'txt'],
    ['x'.repeat(30), 'txt'],
  ])('of %j ends in .%s', (language, extension) => {
    expect(sheetIn(fenced(language, lines(61))).files[0]?.name).toBe(`code-1.${extension}`);
  });

  it('stays in the text when there are more than ten such pieces', () => {
    const { files, rich } = sheetIn(Array.from({ length: 12 }, () => fenced('ts', lines(61))).join('\n\n'));
    expect(files).toHaveLength(10);
    expect(rich.text.match(/line 60/g)).toHaveLength(2);
  });
});

describe('a table', () => {
  const table = (
    columns: number,
    rows: number,
    cell = (x: number, y: number) => `cell ${x} ${y}`,
  ): string => {
    const row = (y: number): string =>
      `| ${Array.from({ length: columns }, (_, x) => cell(x, y)).join(' | ')} |`;
    const rule = `|${'---|'.repeat(columns)}`;
    return [row(0), rule, ...Array.from({ length: rows }, (_, y) => row(y + 1))].join('\n');
  };

  it('stays aligned in the text as long as it fits', () => {
    expect(sheetIn(table(4, 40)).files).toEqual([]);
  });

  it('becomes a spreadsheet when it is too wide, with its first rows as lines', () => {
    const { rich, files } = sheetIn(table(9, 2, (x, y) => (x === 8 ? `a, "b" ${y}` : `column${x}`)));
    expect(files[0]?.name).toBe('table-1.csv');
    expect(files[0]?.text.split('\n')[1]).toBe(
      `${Array.from({ length: 8 }, (_, x) => `column${x}`).join()},"a, ""b"" 1"`,
    );
    expect(rich.text).toMatch(/^column0: column0\ncolumn1: column1\n/);
    expect(rich.text).toContain('a, "b" 0: a, "b" 2');
    expect(rich.text).toContain('📎 table-1.csv · 2 rows, 9 columns');
  });

  it('becomes one when it is too long', () => {
    expect(sheetIn(table(2, 41)).files[0]?.text.trim().split('\n')).toHaveLength(42);
  });

  it('keeps its links: as Markdown, since a spreadsheet has none', () => {
    const markdown = table(3, 41, (x, y) => (x === 0 ? `[n${y}](https://example.org/${y})` : 'x'));
    expect(sheetIn(`text\n\n${markdown}\n\nmore`).files).toEqual([
      { name: 'table-1.md', text: `${markdown}\n` },
    ]);
  });
});

describe('an answer', () => {
  it('becomes a file when it is longer than some thirty messages, with its start and its end in the text', () => {
    const answer = `# First\n\n${'words and words\n'.repeat(9_000)}\nlast`;
    const { rich, files } = sheetIn(answer);
    expect(files).toEqual([{ name: 'answer-1.md', text: `${answer}\n` }]);
    expect(rich.text.startsWith('# First\n\nwords and words\n')).toBe(true);
    expect(rich.text).toMatch(/\nlast\n📎 answer-1\.md · 144014 characters$/);
    expect(paginate(rich)).toHaveLength(1);
  });

  it('is messages up to that length', () => {
    expect(sheetIn('word '.repeat(ANSWER_MAX / 5)).files).toEqual([]);
  });

  it('is cut between two characters, and has no halves of them at its end', () => {
    const { rich } = sheetIn(`${'👍'.repeat(ANSWER_MAX)}`);
    expect(rich.text.isWellFormed()).toBe(true);
  });
});

describe('whatever agents write', () => {
  it('is whole: in the text, or in a file beside its preview', () => {
    const code = fc
      .tuple(fc.constantFrom('', 'ts', 'py'), anyText(3), fc.integer({ min: 1, max: 120 }))
      .map(([language, text, n]) => ({
        language,
        code: lines(n, (i) => `${i} ${text.replace(/[`~\s]/g, '')}`),
      }));
    fc.assert(
      fc.property(anyMarkdown(20), code, anyMarkdown(20), (before, { language, code }, after) => {
        const markdown = `${before}\n\n~~~~~~~~~${language}\n${code}\n~~~~~~~~~\n\n${after}`;
        const { rich, files } = sheetIn(markdown);
        const parts = paginate(rich);
        for (const part of parts) expect(objectionsToPart(part)).toEqual([]);
        const squeeze = (text: string): string => cleanText(text).replace(/[\s\p{Cf}\p{Cc}]/gu, '');
        const all = squeeze([...parts.map((p) => p.text), ...files.map((f) => f.text)].join(''));
        expect(all).toContain(squeeze(code.split('\n').at(-1) ?? ''));
        if (files.length === 0) expect(rich).toEqual(richOf(markdown));
      }),
      { numRuns: 300 },
    );
  });
});

it('names the size of a file in the language of the chat', () => {
  const sizeIn = (language: 'en' | 'ru' | 'zh', markdown: string): string | undefined =>
    /📎 \S+ · (.*)/.exec(sheetOf(markdown, wordsIn(language).card).rich.text)?.[1];
  const code = fenced('ts', lines(61));
  expect([sizeIn('en', code), sizeIn('ru', code), sizeIn('zh', code)]).toEqual([
    '61 lines',
    '61 строка',
    '61 行',
  ]);
  const wide = `| ${'x'.repeat(60)} | b |\n|---|---|\n| 1 | 2 |`;
  expect([sizeIn('en', wide), sizeIn('ru', wide), sizeIn('zh', wide)]).toEqual([
    '1 row, 2 columns',
    '1 строка, 2 столбца',
    '1 行，2 列',
  ]);
});
