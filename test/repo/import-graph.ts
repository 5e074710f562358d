import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** File → what it imports at run time: paths within the repository, packages and `node:` modules. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * The run-time imports of every product file under `packages/<name>/src`, as the bundler sees them: without type-only
 * imports, and without test files.
 */
export async function importGraph(root: string): Promise<ImportGraph> {
  const files = productFiles(root);
  const { metafile } = await build({
    absWorkingDir: root,
    // One bundle of everything: one of each file holds most files a hundred times.
    stdin: { contents: files.map((path) => `import './${path}';`).join('\n'), resolveDir: root },
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
            args.path.startsWith('@ccbot/') ? undefined : { path: args.path, external: true },
          );
        },
      },
    ],
  });
  return new Map(
    Object.entries(metafile.inputs)
      .filter(([path]) => path !== '<stdin>')
      .map(([path, { imports }]) => [path, imports.map((i) => i.path)]),
  );
}

/** Every source file of the product, relative to `root`, without tests and their `fixtures`. */
export function productFiles(root: string): string[] {
  return readdirSync(join(root, 'packages')).flatMap((name) =>
    readdirSync(join(root, 'packages', name, 'src'), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && /\.ts$/.test(e.name) && !/\.(test|d)\.ts$/.test(e.name))
      .map((e) => relative(root, join(e.parentPath, e.name)))
      .filter((path) => !path.includes('/fixtures/')),
  );
}

/** The shortest chain of imports from `start` to an import that matches; null when there is none. */
export function chainTo(
  graph: ImportGraph,
  start: string,
  matches: (imported: string) => boolean,
): string[] | null {
  const importers = new Map<string, string>();
  const queue = [start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const next of graph.get(file) ?? []) {
      if (importers.has(next)) continue;
      importers.set(next, file);
      if (matches(next)) {
        const chain = [next];
        while (chain[0] !== start) chain.unshift(importers.get(chain[0] ?? start) ?? start);
        return chain;
      }
      queue.push(next);
    }
  }
  return null;
}
