import { read, repositoryFiles } from './files';

/** Joined from parts, so that this file does not match. */
const forbidden = [
  // Paths of a development machine.
  ['', 'work', ''].join('/'),
  ['', 'root', ''].join('/'),
  ['', 'Users', ''].join('/'),
  // Addresses of registries: users choose where their packages come from.
  ['registry', 'npmjs', 'org'].join('.'),
  ['registry', 'yarnpkg', 'com'].join('.'),
];

/** A path counts only at its start, not within another path or an address. */
const contains = (text: string, word: string): boolean =>
  word.startsWith('/') ? new RegExp(`(^|[^\\w.~/-])${word}`, 'm').test(text) : text.includes(word);

const texts = repositoryFiles().filter((path) =>
  /\.(ts|m?js|cjs|json|md|html|css|svg|sh|yml|yaml|toml)$/.test(path),
);

it('names no machine and no registry', () => {
  const found = texts.flatMap((path) =>
    forbidden.filter((word) => contains(read(path), word)).map((word) => `${path}: ${word}`),
  );
  expect(found).toEqual([]);
});

it('has no addresses of packages in the lock file', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { resolved?: string; link?: boolean }>;
  };
  const resolved = Object.entries(packages).filter(
    ([, entry]) => entry.resolved !== undefined && !entry.link,
  );
  expect(resolved.map(([path]) => path)).toEqual([]);
});

it('ends every text file with a newline, and uses no carriage returns', () => {
  const wrong = texts.filter((path) => {
    const text = read(path);
    return text !== '' && (!text.endsWith('\n') || text.includes('\r\n'));
  });
  expect(wrong).toEqual([]);
});

it('contains nothing that looks like a real bot token', () => {
  // The tokens of tests are visibly invented: one letter or word repeated, or the word TEST.
  const invented = /(.)\1{9}|test|fake|example|sandbox|abcdef/i;
  const found = texts.flatMap((path) =>
    [...read(path).matchAll(/\b\d{8,10}:[A-Za-z0-9_-]{35}\b/g)]
      .filter(([token]) => !invented.test(token))
      .map(([token]) => `${path}: ${token.slice(0, 14)}…`),
  );
  expect(found).toEqual([]);
});
