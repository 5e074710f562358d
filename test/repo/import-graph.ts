import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What each source file imports at run time: paths within the repository, and names of packages and `node:` modules. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * The run-time imports of every product file under `packages/<name>/src`, as the bundler sees them: type-only
 * imports are gone. Test files are left out.
 */
export async function importGraph(root: string): Promise<ImportGraph> {
  const entries = productFiles(root);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: 'dist',
    write: false,
    bundle: true,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
    loader: { '.html': 'text', '.css': 'text' },
    plugins: [
      {
        name: 'packages-are-leaves',
        setup(b) {
          b.onResolve({ filter: /^[^./]/ }, (args) =>
            args.kind === 'entry-point' || args.path.startsWith('@ccbot/')
              ? undefined
              : { path: args.path, external: true },
          );
        },
      },
    ],
  });
  return new Map(
    Object.entries(metafile.inputs).map(([path, { imports }]) => [path, imports.map((i) => i.path)]),
  );
}

/** Every source file of the product, relative to `root`; tests and what only they use (`fixtures`) are none. */
export function productFiles(root: string): string[] {
  return readdirSync(join(root, 'packages')).flatMap((name) =>
    readdirSync(join(root, 'packages', name, 'src'), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && /\.ts$/.test(e.name) && !/\.(test|d)\.ts$/.test(e.name))
      .map((e) => relative(root, join(e.parentPath, e.name)))
      .filter((path) => !path.includes('/fixtures/')),
  );
}

/** The shortest chain of imports from `start` to something that `wanted` accepts, or null. */
export function chainTo(
  graph: ImportGraph,
  start: string,
  wanted: (imported: string) => boolean,
): string[] | null {
  const from = new Map<string, string>();
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const next of graph.get(at) ?? []) {
      if (from.has(next)) continue;
      from.set(next, at);
      if (wanted(next)) {
        const chain = [next];
        while (chain[0] !== start) chain.unshift(from.get(chain[0] ?? start) ?? start);
        return chain;
      }
      queue.push(next);
    }
  }
  return null;
}
