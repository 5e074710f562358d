// Reads: package.json packages/*package.json package-lock.json docs/dependencies.md
import { manifests, read } from './files';

const workspaces = new Set(manifests().map((m) => m.name));

/** Every direct dependency of a workspace, with its version as written. */
const declared = new Map(
  manifests().flatMap((m) =>
    Object.entries({ ...m.dependencies, ...m.devDependencies, ...m.overrides }).filter(
      ([name]) => !workspaces.has(name),
    ),
  ),
);

/** The rows of docs/dependencies.md: `name`, version, reason. */
const explained = new Map(
  [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` +\| ([^ |]+) +\| (.+?) *\|$/gm)].map(
    ([, name = '', version = '', why = '']) => [name, { version, why }],
  ),
);

it('pins every dependency to one version', () => {
  expect([...declared].filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

it('names one oldest Node.js in all workspaces', () => {
  const named = manifests().flatMap((m) => m.engines?.node ?? []);
  expect([named.length >= 4, new Set(named).size]).toEqual([true, 1]);
});

it('uses one version of a dependency in all workspaces', () => {
  const versions = manifests().flatMap((m) => Object.entries({ ...m.dependencies, ...m.devDependencies }));
  const conflicts = versions.filter(
    ([name, version]) => !workspaces.has(name) && declared.get(name) !== version,
  );
  expect(conflicts).toEqual([]);
});

it('explains every dependency, with the version that is used', () => {
  expect([...explained].map(([name, { version }]) => `${name} ${version}`).sort()).toEqual(
    [...declared].map(([name, version]) => `${name} ${version}`).sort(),
  );
});

it('gives a reason for every dependency', () => {
  expect([...explained].filter(([, { why }]) => why.length < 20)).toEqual([]);
});
