import fc from 'fast-check';

/** Any text: letters of many scripts, emoji of several characters, accents, control characters, halves of pairs. For tests. */
export function anyText(maxLength = 60): fc.Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...'abc XYZ 09.,') },
    {
      weight: 3,
      arbitrary: fc.constantFrom(' ', '\n', '\n\n', '\t', '  ', '\u00a0', '\u200b', '\r\n', '\u2028'),
    },
    { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    { weight: 2, arbitrary: fc.constantFrom('👍🏽', '👨‍👩‍👧‍👦', '🇩🇪', 'é', 'e\u0301', '中文', 'ع', '\u202e', '1️⃣') },
    { weight: 1, arbitrary: fc.constantFrom('\ud83d', '\udc4d', '\u0000', '\u001b[31m', '\ufeff') },
  );
  return fc.array(unit, { maxLength }).map((units) => units.join(''));
}

/** Any Markdown: text with much markup, whole and broken. For tests. */
export function anyMarkdown(maxLength = 80): fc.Arbitrary<string> {
  const markup = fc.constantFrom(
    ...['**', '*', '_', '__', '~~', '`', '``', '||', '[', '](', ')', '![', '<', '>', '&amp;', '\\', '[^1]'],
    ...[
      '\n# ',
      '\n- ',
      '\n  - ',
      '\n1. ',
      '\n- [x] ',
      '\n> ',
      '\n> > ',
      '\n```ts\n',
      '\n```\n',
      '\n    ',
      '\n---\n',
    ],
    ...['\n|a|b|\n|-|-:|\n|', '|', '  \n', '\n[^1]: ', '](https://a.b/c)', '](x.md)', '<b>', '\n===\n', '^['],
  );
  return fc.array(fc.oneof(markup, anyText(4)), { maxLength }).map((pieces) => pieces.join(''));
}
