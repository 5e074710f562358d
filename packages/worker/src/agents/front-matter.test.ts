import { readFrontMatter } from './front-matter';

it.each([
  ['---\ndescription: Fix a bug\n---\nBody', 'Fix a bug'],
  ['---\r\ndescription: "Quoted: text"\r\n---\r\nBody', 'Quoted: text'],
  ["---\ndescription: 'single'\nargument-hint: x\n---\n", 'single'],
  ['---\ndescription: >\n  folded\n  text\nname: x\n---\nBody', 'folded text'],
  ['---\nname: x\n---\n\n# Title\nBody', 'Title'],
  ['Just a body, first line\nsecond', 'Just a body, first line'],
  ['---\ndescription: cut off before the end of the', 'cut off before the end of the'],
  ['---\n: : :\n- x\n---\nBody', 'Body'],
  ['', ''],
])('reads the description in %j', (head, about) => {
  expect(readFrontMatter(head)).toEqual({ about, callable: true });
});

it('recognizes what the user may not call', () => {
  expect(readFrontMatter('---\nuser-invocable: false\n---\nx').callable).toBe(false);
});
