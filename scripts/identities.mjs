// The hook's table of agents, as data. `agents/identity.ts` takes it from the registry, and so imports everything about
// every agent. An agent waits while its hook is loaded, so the bundle gets the value of the table instead of that file.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { compileFunction } from 'node:vm';

/**
 * An esbuild plugin that replaces the code for the table by its value, which is computed once for all its bundles.
 *
 * @param inputs - gets the absolute paths of the files that it is computed from
 */
export function identitiesAsData(inputs = new Set()) {
  let identities;
  return {
    name: 'identities-as-data',
    setup(bundler) {
      bundler.onLoad({ filter: /\/worker\/src\/agents\/identity\.ts$/ }, async ({ path }) => {
        identities ??= identitiesOf(path, inputs);
        return { contents: await identities, loader: 'js' };
      });
    },
  };
}

async function identitiesOf(path, inputs) {
  const { outputFiles, metafile } = await build({
    entryPoints: [path],
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
    external: ['@photostructure/sqlite', 'fs-ext', 'node-pty'],
  });
  for (const input of Object.keys(metafile.inputs)) inputs.add(resolve(input));
  const module = { exports: {} };
  const run = compileFunction(outputFiles[0].text, ['module', 'exports', 'require'], { filename: path });
  run(module, module.exports, createRequire(path));
  return `export const IDENTITIES = ${JSON.stringify(module.exports.IDENTITIES, null, 2)};\n`;
}
