import { read, repositoryFiles } from './files';

/** Put together here, so that this file is not its own finding. */
const forbidden = [
  // Paths of the machine somebody worked on.
  ['', 'work', ''].join('/'),
  ['', 'root', ''].join('/'),
  ['', 'Users', ''].join('/'),
  // A registry's address: where packages come from is the business of whoever installs.
  ['registry', 'npmjs', 'org'].join('.'),
  ['registry', 'yarnpkg', 'com'].join('.'),
];

/** A path counts where it starts, not in the middle of another one (`packages/…`, an address). */
const finds = (text: string, word: string): boolean =>
  word.startsWith('/') ? new RegExp(`(^|[^\\w.~/-])${word}`, 'm').test(text) : text.includes(word);

const texts = repositoryFiles().filter((path) =>
  /\.(ts|m?js|cjs|json|md|html|css|svg|sh|yml|yaml|toml)$/.test(path),
);

it('names no machine, no registry', () => {
  const found = texts.flatMap((path) =>
    forbidden.filter((word) => finds(read(path), word)).map((word) => `${path}: ${word}`),
  );
  expect(found).toEqual([]);
});

it('keeps addresses of packages out of the lock file', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { resolved?: string; link?: boolean }>;
  };
  const resolved = Object.entries(packages).filter(
    ([, entry]) => entry.resolved !== undefined && !entry.link,
  );
  expect(resolved.map(([path]) => path)).toEqual([]);
});

it('ends every text file with a newline and no trailing carriage return', () => {
  const wrong = texts.filter((path) => {
    const text = read(path);
    return text !== '' && (!text.endsWith('\n') || text.includes('\r\n'));
  });
  expect(wrong).toEqual([]);
});

it('keeps no secret that looks like a bot token of somebody', () => {
  // What tests use is visibly made up: one letter or word over and over, or the word TEST.
  const madeUp = /(.)\1{9}|test|fake|example|sandbox|abcdef/i;
  const found = texts.flatMap((path) =>
    [...read(path).matchAll(/\b\d{8,10}:[A-Za-z0-9_-]{35}\b/g)]
      .filter(([token]) => !madeUp.test(token))
      .map(([token]) => `${path}: ${token.slice(0, 14)}…`),
  );
  expect(found).toEqual([]);
});
