import { agentEntries, typedFor } from './entries';

const own = [{ command: 'new', description: 'Start an agent' }];
const of = (...names: string[]) =>
  agentEntries(
    own,
    names.map((name) => ({ name, typed: `/${name}`, about: `does ${name}` })),
  );

it('gives every command a name that Telegram accepts, and types the real one', () => {
  const entries = of('fix-bug', 'ns:Nested.Cmd', 'plug:deploy', 'compact');
  expect(entries.map(({ command }) => command)).toEqual([
    'fix_bug',
    'ns_nested_cmd',
    'plug_deploy',
    'compact',
  ]);
  expect(typedFor('/fix_bug 12 now', entries)).toBe('/fix-bug 12 now');
  expect(typedFor('/FIX_BUG@some_bot\n12', entries)).toBe('/fix-bug\n12');
  expect(typedFor('/ns_nested_cmd', entries)).toBe('/ns:Nested.Cmd');
});

it('leaves every other text as it is', () => {
  const entries = of('fix-bug');
  for (const text of ['/fix_bugs', '/fix-bug 1', 'x /fix_bug', '/', '', ' ', '/fix_bug/x']) {
    expect(typedFor(text, entries)).toBe(text);
  }
});

it('keeps ccbot’s own names for ccbot, and the first of two that become the same', () => {
  const entries = of('new', 'New', 'a-b', 'a:b', '新', '', 'x'.repeat(40), `${'x'.repeat(32)}y`);
  expect(entries.map(({ typed }) => typed)).toEqual(['/a-b', `/${'x'.repeat(40)}`]);
  expect(entries[1]?.command).toHaveLength(32);
});

it('describes a command in one line, or by its name if it has no description', () => {
  const [long, none] = agentEntries(own, [
    { name: 'long', typed: '/long', about: '🦊'.repeat(200) },
    { name: 'none', typed: '$none', about: '' },
  ]);
  expect([...(long?.description ?? '')]).toHaveLength(60);
  expect(none?.description).toBe('$none');
});

it('has no more commands than one list can hold', () => {
  const many = Array.from({ length: 300 }, (_, i) => ({
    name: `c${i}`,
    typed: `/c${i}`,
    about: '汉'.repeat(60),
  }));
  const wide = agentEntries(own, many);
  expect(
    Buffer.byteLength(JSON.stringify([...own, ...wide.map(({ typed: _, ...entry }) => entry)])),
  ).toBeLessThan(7_100);
  expect(wide.length).toBeGreaterThan(20);
  expect(
    agentEntries(
      own,
      many.map((c) => ({ ...c, about: '' })),
    ),
  ).toHaveLength(99);
});
