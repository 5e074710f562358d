// Reads: packages/worker/src/agents/ packages/worker/src/features/*.ts packages/supervisor/src/*.ts packages/shared/src/*.ts docs/agents.md scripts/fetch-agents.mjs
import { KINDS } from '../../packages/worker/src/agents/registry';
import { SETTINGS } from '../../packages/shared/src/config/schema';
import { read, repositoryFiles } from './files';

/** Where agents are at home. */
const AGENTS = 'packages/worker/src/agents/';

/** Where an agent may be named besides: its settings. */
const SCHEMA = 'packages/shared/src/config/schema.ts';

/** Its variables, which cross the borders of ccbot: supervisor and worker share the table. */
const ENVIRONMENT = 'packages/shared/src/environment/table.ts';

/** Where another program's files are read, in that program's own words. */
const FOREIGN = 'packages/worker/src/features/import/old-state.ts';

const MAY_NAME = [SCHEMA, ENVIRONMENT, FOREIGN];

const isProgram = (path: string): boolean =>
  /^packages\/(?:shared|supervisor|worker)\/src\/.*\.ts$/.test(path) &&
  !/\.test\.ts$|\/fixtures\//.test(path);

/** The words that give an agent away: its name for people, and its id where that is no word of its own right. */
function wordsOf({ id, title }: { id: string; title: string }): RegExp {
  const names = [id, title.split(' ')[0] ?? id].map((name) => name.toLowerCase());
  // What is also an ordinary word is looked for as a name of an agent, or as a folder.
  const ordinary = names.every((name) => name === 'shell');
  return new RegExp(
    ordinary ? `@${id}\\b|(?:agent|kind|backend)\\S* (?:[!=]==|:) '${id}'|agents/${id}/` : names.join('|'),
    'i',
  );
}

it('names in the documents the versions that the tests run', () => {
  const pinned = [...read('scripts/fetch-agents.mjs').matchAll(/^ {2}(\w+): \{\n {4}version: '([\d.]+)'/gm)];
  expect(pinned.map(([, id]) => id)).toEqual(
    KINDS.filter(({ settings }) => settings !== null).map(({ id }) => id),
  );
  for (const [, id, version] of pinned)
    expect(read('docs/agents.md')).toMatch(
      new RegExp(`^\\| [^|]+ \\| \`/new @${id} [^|]+ \\| ${version?.replaceAll('.', '\\.')} +\\|`, 'm'),
    );
});

describe('an agent', () => {
  const files = repositoryFiles().filter(isProgram);

  it.each(KINDS.map((kind) => [kind.id, kind] as const))(
    '%s is named nowhere but among the agents',
    (id, kind) => {
      const words = wordsOf(kind);
      const named = files
        .filter((path) => !path.startsWith(AGENTS) && !MAY_NAME.includes(path))
        .filter((path) => words.test(read(path)));
      expect(named).toEqual([]);
      const own = files.filter((path) => path.startsWith(`${AGENTS}${id}/`));
      expect(own.some((path) => read(path).includes(`'${id}'`))).toBe(true);
    },
  );

  it('is registered by one line, and has a name of its own, settings that there are, and a place in the documents', () => {
    expect(new Set(KINDS.map(({ id }) => id)).size).toBe(KINDS.length);
    const lines = read(`${AGENTS}list.ts`)
      .split('\n')
      .filter((line) => !/^(?:\/\/|$)/.test(line));
    expect(lines.sort()).toEqual(KINDS.map(({ id }) => `export { ${id} } from './${id}/kind';`).sort());
    // The folder and the line are all: nothing beside them among the agents names one either.
    for (const path of files.filter((file) => /^[^/]+$/.test(file.replace(AGENTS, ''))))
      if (path !== `${AGENTS}list.ts`)
        expect([path, read(path).match(/from '\.\/(\w+)\//)]).toEqual([path, null]);
    expect(KINDS.filter(({ usual }) => usual).map(({ id }) => id)).toEqual([KINDS[0]?.id]);
    for (const kind of KINDS) {
      expect(kind.id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(kind.create({}).id).toBe(kind.id);
      expect(kind.create({}).title).toBe(kind.title);
      if (kind.settings === null) expect(kind.runner?.({})).not.toEqual([]);
      else
        for (const source of Object.values(kind.settings))
          if (typeof source === 'string') expect(Object.keys(SETTINGS)).toContain(source);
      expect(read('docs/agents.md')).toContain(`agents/${kind.id}/`);
    }
  });
});
