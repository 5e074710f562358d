// Bundles a program in two files: what it loads at once, and what it imports dynamically. So the first part, whose bytes are
// read and whose functions are deserialized at each start, stays small, and each module is in one of the two.
import { build, transform } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';

/** Until the second part has its name, which is made from its content. */
const SECOND = './second-part.js';

/** An import of a constant path, outside of types. */
const DYNAMIC = /(?<!typeof )\bimport\(\s*(['"])([^'"]+)\1,?\s*\)/g;

/**
 * Returns what `build` of esbuild does. `isApart` says which dynamic imports are of bundles of their own, by their path.
 */
export async function bundleInParts(entry, outfile, options, isApart) {
  const root = options.absWorkingDir;
  const graph = await graphOf(entry, options);
  const name = basename(outfile, '.js');
  const split = await build({
    ...options,
    entryPoints: { [name]: entry, second: 'second-part' },
    outdir: dirname(outfile),
    // Only ES modules can be split. They are made CommonJS afterwards.
    format: 'esm',
    splitting: true,
    sourcemap: 'inline',
    chunkNames: 'chunk',
    write: false,
    plugins: [...options.plugins, inParts(graph, entry, root, isApart)],
  });
  const found = (file) => split.outputFiles.find(({ path }) => basename(path) === file)?.text;
  const [first, second] = [found('chunk.js'), found('second.js')];
  // The second part imports the entry, so all of it is shared, and its own file has nothing but the import of that.
  if (split.outputFiles.length !== 3 || first === undefined || second === undefined)
    throw new Error(`${entry} was not split in two: ${split.outputFiles.map(({ path }) => path).join(', ')}`);
  const { target, platform, lineLimit, minifySyntax, minifyWhitespace, logLevel } = options;
  const toCommonJs = (text, sourcefile) =>
    transform(text, {
      ...{ target, platform, lineLimit, minifySyntax, minifyWhitespace, logLevel },
      format: 'cjs',
      sourcefile,
      sourcemap: 'external',
    });
  const later = await toCommonJs(second.replaceAll('./chunk.js', `./${name}.js`), 'second.js');
  const hash = createHash('sha256').update(later.code).digest('hex').slice(0, 8);
  const laterPath = join(dirname(outfile), `${name}-${hash}.js`);
  const now = await toCommonJs(first.replaceAll(SECOND, `./${basename(laterPath)}`), 'first.js');
  // The second part is written first.
  const parts = [
    { path: laterPath, ...later },
    { path: outfile, ...now },
  ];
  const outputFiles = parts.flatMap(({ path, code, map }) => [
    { path: join(root, path), text: `${code}//# sourceMappingURL=${basename(path)}.map\n` },
    { path: join(root, `${path}.map`), text: map, contents: map },
  ]);
  return { outputFiles };
}

/** What imports what: the files that are loaded at once, with modules of Node.js, and what they, and others, import dynamically. */
async function graphOf(entry, options) {
  const { metafile } = await build({
    ...options,
    entryPoints: [entry],
    outdir: 'nowhere',
    write: false,
    metafile: true,
    sourcemap: false,
  });
  const first = new Set([entry]);
  const builtIn = new Set();
  const later = new Set();
  const importers = new Set();
  for (const [path, { imports }] of Object.entries(metafile.inputs))
    if (imports.some(({ kind }) => kind === 'dynamic-import')) importers.add(path);
  for (const path of first) {
    for (const { path: next, kind, external } of metafile.inputs[path]?.imports ?? []) {
      if (external === true) {
        if (kind === 'import-statement') builtIn.add(next);
        continue;
      }
      if (kind === 'dynamic-import') later.add(next);
      else first.add(next);
    }
  }
  return { first, builtIn, later, importers };
}

/**
 * With splitting, esbuild would make a file of each dynamic import. `require` of a module that is in the bundle runs it then
 * and there, so dynamic imports become that: of the first part into the second one, and within the second one.
 */
function inParts({ first, builtIn, later, importers }, entry, root, isApart) {
  const isImporter = (path) => importers.has(relative(root, path));
  const folder = join(root, dirname(entry));
  return {
    name: 'in-parts',
    setup(bundler) {
      bundler.onLoad({ filter: /\.[cm]?[jt]s$/, namespace: 'file' }, ({ path }) => {
        if (!isImporter(path)) return undefined;
        const isFirst = first.has(relative(root, path));
        const required = (_all, quote, target) => {
          const isLater = isFirst && !target.startsWith('node:') && !isApart(target);
          return `Promise.resolve().then(() => require(${quote}${isLater ? 'later:' : ''}${target}${quote}))`;
        };
        const loader = extname(path) === '.ts' ? 'ts' : 'js';
        return { contents: readFileSync(path, 'utf8').replace(DYNAMIC, required), loader };
      });
      bundler.onResolve({ filter: /./ }, ({ path, kind }) =>
        kind === 'require-call' && isApart(path)
          ? { path: `./${basename(path)}.js`, external: true }
          : undefined,
      );
      // An import of a module of Node.js would load it with the part, whoever uses it; a module that requires it does so late.
      bundler.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
        kind === 'import-statement' && !builtIn.has(path) ? { path, namespace: 'built-in' } : undefined,
      );
      bundler.onLoad({ filter: /./, namespace: 'built-in' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)});`,
      }));
      bundler.onResolve({ filter: /^later:/ }, async ({ path, importer, resolveDir }) => {
        const target = path.slice('later:'.length);
        const resolved = await bundler.resolve(target, { importer, resolveDir, kind: 'dynamic-import' });
        return { path: resolved.path, errors: resolved.errors, namespace: 'later' };
      });
      bundler.onLoad({ filter: /./, namespace: 'later' }, ({ path }) => ({
        contents: `module.exports = require('${SECOND}').load(${JSON.stringify(relative(root, path))});`,
        resolveDir: folder,
      }));
      bundler.onResolve({ filter: /second-part/ }, ({ path }) =>
        path === SECOND ? { path, external: true } : { path, namespace: 'second-part' },
      );
      bundler.onLoad({ filter: /./, namespace: 'second-part' }, () => ({
        contents: secondPart(entry, [...later]),
        resolveDir: root,
      }));
    },
  };
}

function secondPart(entry, later) {
  const loads = later.map((path) => `${JSON.stringify(path)}: () => require('./${path}'),`);
  return `import './${entry}';\nconst modules = {\n${loads.join('\n')}\n};\nexport const load = (name) => modules[name]();\n`;
}
