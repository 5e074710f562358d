// Bundles a program in two files: what it loads at once, and what it imports dynamically. So the first part, whose bytes are
// read and whose functions are deserialized at each start, stays small, and each module is in one of the two.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, extname, join, relative } from 'node:path';
import { commonJsOf, MARK } from './common-js.mjs';

/** Until the second part has its name, which is made from its content. */
const SECOND = './second-part.js';

/** An import of a constant path, outside of types. */
const DYNAMIC = /(?<!typeof )\bimport\(\s*(['"])([^'"]+)\1,?\s*\)/g;

const BUILT_IN = new RegExp(`^(?:node:.*|${builtinModules.join('|')})$`);

/** Files of packages that import dynamically. A build finds those that are missing here, and fails. */
const IMPORTERS = ['node_modules/node-fetch/src/body.js'];

/**
 * Returns what `build` of esbuild does. `isApart` says which dynamic imports are of bundles of their own, by their path.
 */
export async function bundleInParts(entry, outfile, options, isApart) {
  const root = options.absWorkingDir;
  const graph = { ...(await firstPartOf(entry, options, isApart)), importers: importersIn(root) };
  const name = basename(outfile, '.js');
  const split = await build({
    ...options,
    entryPoints: { [name]: entry, second: 'second-part' },
    outdir: dirname(outfile),
    // Only ES modules can be split. They are made CommonJS afterwards.
    format: 'esm',
    splitting: true,
    sourcemap: 'external',
    chunkNames: 'chunk',
    write: false,
    metafile: true,
    plugins: [...options.plugins, inParts(graph, entry, root, isApart)],
  });
  checkParts(split, entry, isApart);
  const found = (file) => split.outputFiles.find(({ path }) => basename(path) === file).text;
  const later = commonJsOf(found('second.js'), found('second.js.map'), {
    path: './chunk.js',
    name: `./${name}.js`,
  });
  const hash = createHash('sha256').update(later.code).digest('hex').slice(0, 8);
  const laterPath = join(dirname(outfile), `${name}-${hash}.js`);
  const now = commonJsOf(
    found('chunk.js').replaceAll(SECOND, `./${basename(laterPath)}`),
    found('chunk.js.map'),
  );
  // The second part is written first.
  const parts = [
    { path: laterPath, ...later },
    { path: outfile, ...now },
  ];
  const outputFiles = parts.flatMap(({ path, code, map }) => [
    { path: join(root, path), text: `${code}//# sourceMappingURL=${basename(path)}.map\n` },
    { path: join(root, `${path}.map`), text: map, contents: map },
  ]);
  return { outputFiles, metafile: split.metafile };
}

/** The second part imports the entry, so all of it is shared, and its own file has nothing but the import of that. */
function checkParts({ metafile }, entry, isApart) {
  const parts = Object.keys(metafile.outputs).filter((path) => path.endsWith('.js'));
  const isSplit =
    parts.length === 3 &&
    ['chunk.js', 'second.js'].every((name) => parts.some((path) => basename(path) === name));
  if (isSplit) return;
  const importers = Object.entries(metafile.inputs)
    .filter(([, { imports }]) =>
      imports.some(({ kind, path }) => kind === 'dynamic-import' && !isApart(path)),
    )
    .map(([path]) => path);
  throw new Error(
    `${entry} was not split in two: ${parts.join(', ')}. IMPORTERS in scripts/parts.mjs lacks one of ${importers.join(', ')}`,
  );
}

/**
 * The files that are loaded at once, the modules of Node.js that they import, and what they import dynamically.
 * Only these are read here, so this takes a tenth of the time of the bundle.
 */
async function firstPartOf(entry, options, isApart) {
  const root = options.absWorkingDir;
  const later = new Set();
  const RESOLVING = Symbol('resolving');
  const withoutLater = {
    name: 'without-later',
    setup(bundler) {
      bundler.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind !== 'dynamic-import' || pluginData === RESOLVING) return undefined;
        if (path.startsWith('node:') || isApart(path)) return { path, external: true };
        const resolved = await bundler.resolve(path, { importer, resolveDir, kind, pluginData: RESOLVING });
        if (!resolved.external && resolved.errors.length === 0) later.add(relative(root, resolved.path));
        return { path: resolved.path, errors: resolved.errors, external: true };
      });
    },
  };
  const { metafile } = await build({
    ...options,
    entryPoints: [entry],
    outdir: 'nowhere',
    write: false,
    metafile: true,
    sourcemap: false,
    plugins: [withoutLater, ...options.plugins],
  });
  const builtIn = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter(({ external, kind }) => external === true && kind === 'import-statement'),
  );
  return {
    first: new Set(Object.keys(metafile.inputs)),
    builtIn: new Set(builtIn.map(({ path }) => path)),
    later: [...later],
  };
}

/** The files that import dynamically, of all programs. */
function importersIn(root) {
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name, 'src'));
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join(folder, name)),
  );
  return new Set([
    ...IMPORTERS.map((path) => join(root, path)),
    ...sources.filter((path) => readFileSync(path, 'utf8').search(DYNAMIC) >= 0),
  ]);
}

/**
 * With splitting, esbuild would make a file of each dynamic import. `require` of a module that is in the bundle runs it then
 * and there, so dynamic imports become that: of the first part into the second one, and within the second one.
 */
function inParts({ first, builtIn, later, importers }, entry, root, isApart) {
  const folder = join(root, dirname(entry));
  return {
    name: 'in-parts',
    setup(bundler) {
      bundler.onLoad({ filter: /\.[cm]?[jt]s$/, namespace: 'file' }, ({ path }) => {
        if (!importers.has(path)) return undefined;
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
      bundler.onResolve({ filter: BUILT_IN }, ({ path, kind }) => {
        if (kind !== 'import-statement') return undefined;
        return builtIn.has(path)
          ? { path: `${MARK}${path}`, external: true }
          : { path, namespace: 'built-in' };
      });
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
        contents: secondPart(entry, later),
        resolveDir: root,
      }));
    },
  };
}

function secondPart(entry, later) {
  const loads = later.map((path) => `${JSON.stringify(path)}: () => require('./${path}'),`);
  return `import './${entry}';\nconst modules = {\n${loads.join('\n')}\n};\nexport const load = (name) => modules[name]();\n`;
}
