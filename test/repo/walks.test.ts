// Reads: docs/walks.md packages/worker/src/*.ts
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { read } from './files';
import { parseModule } from './syntax';

const SOURCE = join(__dirname, '../../packages/worker/src');

/** The most stations of a walk: more cannot be followed by reading. */
const STATIONS_MAX = 15;

interface Station {
  file: string;
  functions: readonly string[];
}

/** The walks of `docs/walks.md`, by title. */
function walks(): Map<string, Station[]> {
  const sections = read('docs/walks.md').split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [title = ''] = section.split('\n');
      const stations = [...section.matchAll(/^\d+\. `([^`:]+): ([^`]+)`/gm)].map(
        ([, file = '', names = '']) => ({
          file,
          functions: names.split(', '),
        }),
      );
      return [title, stations];
    }),
  );
}

/** The functions that a file declares, whether they have a body of their own or are the value of a constant. */
function functionsIn(file: string): string[] {
  return parseModule(readFileSync(file, 'utf8')).flatMap((item) => {
    const statement = item.type === 'ExportDeclaration' ? item.declaration : item;
    if (statement.type === 'FunctionDeclaration') return statement.identifier.value;
    if (statement.type !== 'VariableDeclaration') return [];
    return statement.declarations.flatMap(({ id, init }) =>
      id.type === 'Identifier' && init?.type === 'ArrowFunctionExpression' ? id.value : [],
    );
  });
}

it('describes the three walks', () => {
  expect([...walks().keys()]).toEqual([
    'An update, until it is typed into the pane',
    'A line of a transcript, until the Bot API is called',
    'A permission request, to the tap and back',
  ]);
});

describe.each([...walks()])('%s', (_title, stations) => {
  it('takes at most 15 stations and enters no file twice', () => {
    const files = stations.map(({ file }) => file);
    expect(files.length).toBeGreaterThan(5);
    expect(files.length).toBeLessThanOrEqual(STATIONS_MAX);
    expect(new Set(files).size).toBe(files.length);
  });

  it.each(stations.map(({ file, functions }) => [file, functions] as const))(
    'finds in %s the functions it names',
    (file, functions) => {
      const path = join(SOURCE, file);
      expect(existsSync(path)).toBe(true);
      expect(functionsIn(path)).toEqual(expect.arrayContaining([...functions]));
    },
  );
});
