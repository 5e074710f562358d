// Reads: packages/*.ts
import { BOUNDED, FUZZED } from '../../packages/worker/src/fixtures/foreign-text';
import { read, repositoryFiles } from './files';
import { eachNode, parseModule } from './syntax';

/** Files with a regular expression, as `worker/cards/clean.ts`. */
function filesWithPatterns(): string[] {
  return repositoryFiles()
    .filter((path) => /^packages\/(?:worker|shared)\/src\/.*\.ts$/.test(path))
    .filter((path) => !/\.test\.ts$|\.d\.ts$|\/fixtures\//.test(path))
    .filter((path) => hasPattern(read(path)))
    .map((path) => path.replace(/^packages\/(\w+)\/src\//, '$1/'));
}

/** Comments on lines of their own, and quoted texts and comments on lines without a template, in which they may be text. */
const NO_CODE = /^\s*\/\/.*|^\s*\/\*[^]*?\*\/|(?<=^[^`\n]*)(?:'(?:[^'\\\n`]|\\.)*'|\/\/.*)(?=[^`\n]*$)/gm;

function hasPattern(source: string): boolean {
  const code = source.replace(NO_CODE, '');
  if (!code.includes('/') && !code.includes('RegExp')) return false; // to parse all files takes seconds
  let found = false;
  eachNode(parseModule(source), ({ type, callee }) => {
    const isMade = type === 'NewExpression' && callee?.type === 'Identifier' && callee.value === 'RegExp';
    if (type === 'RegExpLiteral' || isMade) found = true;
  });
  return found;
}

it('fuzzes every file with a pattern, or says why no long text of others gets there', () => {
  const fuzzed = Object.keys(FUZZED);
  const bounded = Object.keys(BOUNDED);
  expect(filesWithPatterns().filter((file) => !fuzzed.includes(file) && !bounded.includes(file))).toEqual([]);
  expect(bounded.filter((file) => fuzzed.includes(file))).toEqual([]);
  const gone = [...fuzzed, ...bounded].filter(
    (file) => !repositoryFiles().includes(`packages/${file.replace('/', '/src/')}`),
  );
  expect(gone).toEqual([]);
});
