import fc from 'fast-check';
import { checkRich } from '@ccbot/sandbox/telegram/rich';
import { anyMarkdown } from '../fixtures/arbitrary-card';
import { literal, richMarkdown } from './rich-markdown';
import { richOf } from './markdown';

const TABLE = '| a | b |\n|---|---|\n| 1 | 2 |';

it('is only worth it for a table', () => {
  expect(richMarkdown('# Title\n\n- a\n- **b**\n\n```ts\nx\n```')).toBeNull();
  expect(richMarkdown(`See:\n\n${TABLE}\n\nDone.`)).toBe(`See:\n\n${TABLE}\n\nDone.`);
});

it('puts a blank line before a table', () => {
  expect(richMarkdown(`See:\n${TABLE}`)).toBe(`See:\n\n${TABLE}`);
});

it('escapes what another parser would take for markup, and leaves code alone', () => {
  const source = 'a <b> `<c>` \\<d $5 and $6 if x == y, <https://e.f/?g=h>\n\n```html\n<p>$x$ == y</p>\n```';
  expect(richMarkdown(`${source}\n\n${TABLE}`)).toBe(
    `a &lt;b> \`<c>\` \\<d \\$5 and \\$6 if x \\=\\= y, https://e.f/?g=h\n\n\`\`\`html\n<p>$x$ == y</p>\n\`\`\`\n\n${TABLE}`,
  );
});

it('makes links of images: Telegram would fetch them', () => {
  expect(richMarkdown(`![plan](https://a.b/c.png)\n\n${TABLE}`)).toBe(
    `[plan](https://a.b/c.png)\n\n${TABLE}`,
  );
});

it('leaves an escaped ! before a link, which makes no image, and not one after an escaped backslash', () => {
  for (const [source, rich] of [
    ['\\![](https://x.y)', '\\![](https://x.y)'],
    ['\\\\![](https://x.y)', '\\\\[](https://x.y)'],
  ]) {
    const markdown = richMarkdown(`${source}\n\n${TABLE}`);
    expect(markdown).toBe(`${rich}\n\n${TABLE}`);
    expect(() => checkRich({ markdown })).not.toThrow();
  }
  for (const picture of ['![](https://x.y)', '\\\\![](https://x.y)'])
    expect(() => checkRich({ markdown: `${picture}\n\n${TABLE}` })).toThrow(/picture/);
});

it.each([
  ['too many columns', `|${'a|'.repeat(21)}\n|${'-|'.repeat(21)}`],
  ['too many rows', `${TABLE}\n${'| 1 | 2 |\n'.repeat(400)}`],
  ['more text than a rich message holds', `${TABLE}\n\n${'word '.repeat(7_000)}`],
  ['a table in a list', `- a\n\n  ${TABLE.replaceAll('\n', '\n  ')}`],
  ['code in a list', `${TABLE}\n\n- a\n\n  \`\`\`\n  <x>\n  \`\`\``],
  ['indented code', `${TABLE}\n\ntext\n\n    <x>`],
  ['a table that is none', `${TABLE}\n\n| a |\n|---|---|`],
])('is left to entities with %s', (_, markdown) => {
  expect(richMarkdown(markdown)).toBeNull();
});

it('is taken by a strict server, whatever the Markdown', () => {
  let rich = 0;
  fc.assert(
    fc.property(anyMarkdown(30), anyMarkdown(30), (before, after) => {
      const markdown = richMarkdown(`${before}\n\n${TABLE}\n\n${after}`);
      if (markdown === null) return;
      rich++;
      expect(() => checkRich({ markdown })).not.toThrow();
    }),
    { numRuns: 2_000 },
  );
  expect(rich).toBeGreaterThan(300);
});

it('shows plain text as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      const line = `x${text.replace(/\s+/g, ' ')}x`;
      if (/^[\x20-\x7e]+$/.test(line)) expect(richOf(literal(line)).text).toBe(line);
    }),
  );
});
