import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { productFiles } from './import-graph';
import { importsIn } from './syntax';

/**
 * The rooms of the worker's kernel, in the order in which data passes them. A room imports rooms to its right only:
 *
 *     cluster > inbox > chat > prompts > terminal                              phone to agent
 *     watch > sessions > board > cards > outbox > telegram           agent to phone
 *
 * The last ones are ports and tools that every room before them may use.
 */
export const KERNEL = [
  'cluster',
  'inbox',
  'chat',
  'attachments',
  'prompts',
  'watch',
  'sessions',
  'board',
  'cards',
  'outbox',
  'telegram',
  'agents',
  'terminal',
  'picture',
  'metrics',
  'store',
  'words',
] as const;

/** Programs of their own, with the rooms they may use beside themselves. Only `app` starts them. */
export const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  hook: ['agents', 'terminal'],
  canary: ['agents', 'hook', 'sessions', 'terminal', 'words'],
  doctor: [...KERNEL, 'hook', 'canary'],
};

/** Files of a room that everybody may import: they hold types and values, and act on nothing. */
const SHARED_FILES = /\/(?:model|events|view)\.ts$/;

/** One import of a file by another, both relative to the root. */
export interface Import {
  importer: string;
  imported: string;
}

/** One import of a room's file by a file of another room. */
export interface Arrow extends Import {
  from: string;
  to: string;
}

/** The room of a worker's file, `features/<name>` for a feature; undefined outside of the worker's rooms. */
export function roomOf(file: string): string | undefined {
  const match = /^packages\/worker\/src\/(?:features\/([^/]+)\/|([^/]+)\/)/.exec(file);
  if (match === null) return /^packages\/worker\/src\/[^/]+\.ts$/.test(file) ? 'app' : undefined;
  return match[1] === undefined ? match[2] : `features/${match[1]}`;
}

/** To parse a package takes a second, and no source changes while tests run. */
const known = new Map<string, Import[]>();

/** Every import between files of one package, those of types included, relative to `root`. */
export function importsWithin(root: string, name = 'worker'): Import[] {
  const key = `${root} ${name}`;
  const found = known.get(key) ?? findImports(root, name);
  known.set(key, found);
  return found;
}

function findImports(root: string, name: string): Import[] {
  const files = productFiles(root).filter((file) => file.startsWith(`packages/${name}/src/`));
  const all = new Set(files);
  return files.flatMap((importer) =>
    importsIn(readFileSync(join(root, importer), 'utf8'))
      .filter((fileName) => fileName.startsWith('.'))
      .flatMap((fileName) => {
        const path = normalize(join(dirname(importer), fileName));
        const imported = [`${path}.ts`, `${path}/index.ts`, path].find((candidate) => all.has(candidate));
        return imported === undefined ? [] : [{ importer, imported }];
      }),
  );
}

/** The imports that cross from one room into another. */
export function arrows(root: string): Arrow[] {
  return importsWithin(root).flatMap(({ importer, imported }) => {
    const [from, to] = [roomOf(importer), roomOf(imported)];
    return from === undefined || to === undefined || from === to ? [] : [{ from, to, importer, imported }];
  });
}

/** Whether a room may import the file. */
export function isAllowed({ from, to, imported }: Arrow): boolean {
  if (from === 'app') return true;
  // What a feature is, and the kernel it is given.
  if (imported === 'packages/worker/src/app/model.ts') return from.startsWith('features/');
  if (to === 'app' || to.startsWith('features/')) return false;
  if (SHARED_FILES.test(imported)) return true;
  const order: readonly string[] = KERNEL;
  if (from.startsWith('features/')) return order.includes(to);
  const programs = PROGRAMS[from];
  if (programs !== undefined) return programs.includes(to);
  return order.includes(from) && order.indexOf(to) > order.indexOf(from);
}

/** The files on a cycle of imports, types included, each cycle once, as a path that ends where it begins. */
export function cycles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { importer, imported } of imports) next.set(importer, [...(next.get(importer) ?? []), imported]);
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (file: string, path: string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) return void found.push([...path.slice(at), file]);
    if (done.has(file)) return;
    for (const imported of next.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}
