import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root = join(__dirname, '../..');

const generated = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage']);

/** Every file of a clone, relative to the root, without installed and built files. */
export function repositoryFiles(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (generated.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return repositoryFiles(path);
    return entry.isFile() ? [relative(root, path)] : [];
  });
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The parts of a package.json that these tests use. */
export interface Manifest {
  name: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  overrides?: Record<string, string>;
  engines?: { node: string };
}

/** The package.json of the root and of every workspace. */
export function manifests(): Manifest[] {
  return repositoryFiles()
    .filter((path) => /^(packages\/[^/]+\/)?package\.json$/.test(path))
    .map((path) => JSON.parse(read(path)) as Manifest);
}

/** The Markdown documents for readers. */
export function documents(): string[] {
  return repositoryFiles().filter((path) => /^([A-Z]+\.md|docs\/.*\.md)$/.test(path));
}
