// Reads: SECURITY.md
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './files';

const page = readFileSync(join(root, 'SECURITY.md'), 'utf8');
/** The tests that the page names. */
const tests = [...page.matchAll(/`((?:packages|test)\/[^`]+\.test\.ts)`/g)].map(([, path = '']) => path);

it('names only tests that exist', () => {
  expect(tests.length).toBeGreaterThan(20);
  expect(tests.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it('names a test in every section that promises something', () => {
  // The first is the overview.
  const [, ...sections] = page.split(/^## /m).slice(1);
  expect(sections.length).toBeGreaterThan(5);
  for (const section of sections) {
    const [heading = ''] = section.split('\n');
    expect([heading, /^- Tests: `/m.test(section)]).toEqual([heading, true]);
  }
});
