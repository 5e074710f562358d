// Reads: docs/ README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md package.json packages/*package.json
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { documents, manifests, read, repositoryFiles, root } from './files';

const scripts = new Set(Object.keys(manifests().find((m) => m.name === 'ccbot-workspace')?.scripts ?? {}));

/** The text without code blocks, in which brackets have other meanings. */
const prose = (path: string): string => read(path).replace(/^```[\s\S]*?^```/gm, '');

/** The anchor of a heading, as on GitHub. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replace(/ /g, '-');

it('finds documents', () => {
  expect(documents()).toEqual(expect.arrayContaining(['README.md', 'docs/how-it-works.md']));
});

it('names only npm scripts that exist', () => {
  const named = documents().flatMap((path) =>
    [...read(path).matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, run, short]) => ({
      path,
      script: run ?? short ?? '',
    })),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ script }) => !scripts.has(script))).toEqual([]);
});

it('explains every npm script', () => {
  const text = documents().map(read).join('\n');
  const unexplained = [...scripts].filter((s) => !new RegExp(`npm (run )?${s}(?![\\w:-])`).test(text));
  expect(unexplained).toEqual([]);
});

it('has no broken links', () => {
  const broken = documents().flatMap((path) =>
    [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [file = '', fragment] = target.split('#');
        const full = file === '' ? join(root, path) : join(root, dirname(path), file);
        if (!existsSync(full)) return true;
        if (fragment === undefined) return false;
        const headings = [...readFileSync(full, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, h = '']) =>
          anchor(h),
        );
        return !headings.includes(fragment);
      })
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

it('shows every picture of the repository, with a description, and no others', () => {
  const pictures = documents().flatMap((path) =>
    [...prose(path).matchAll(/<img ([^>]*)>/g)].map(([, attributes = '']) => ({ path, attributes })),
  );
  const shown = pictures.map(({ path, attributes }) =>
    join(dirname(path), /src="([^"]+)"/.exec(attributes)?.[1] ?? ''),
  );
  expect([...new Set(shown)].sort()).toEqual(
    repositoryFiles()
      .filter((path) => path.startsWith('docs/images/'))
      .sort(),
  );
  expect(pictures.filter(({ attributes }) => !/alt="[^"]{20,}"/.test(attributes))).toEqual([]);
});

it('links every document from the README, directly or indirectly', () => {
  const seen = new Set<string>();
  const queue = ['README.md'];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path) || !existsSync(join(root, path))) continue;
    seen.add(path);
    for (const [, target = ''] of prose(path).matchAll(/\]\(([^)\s#]+\.md)/g)) {
      queue.push(normalize(join(dirname(path), target)));
    }
  }
  expect(documents().filter((path) => !seen.has(path))).toEqual([]);
});
