// The hook's table of agents, as data. `agents/identity.ts` takes it from the registry, and so imports everything about
// every agent. An agent waits while its hook is loaded, so the bundle gets the value of the table instead of that file.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';

/** An esbuild plugin that replaces the code for the table by its value, which is computed once for all its bundles. */
export function identitiesAsData() {
  let identities;
  return {
    name: 'identities-as-data',
    setup(bundler) {
      bundler.onLoad({ filter: /\/worker\/src\/agents\/identity\.ts$/ }, async ({ path }) => {
        identities ??= identitiesOf(path);
        return { contents: await identities, loader: 'js' };
      });
    },
  };
}

async function identitiesOf(path) {
  const { outputFiles } = await build({
    entryPoints: [path],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
    external: ['@photostructure/sqlite', 'fs-ext', 'node-pty'],
  });
  const module = { exports: {} };
  const run = compileFunction(outputFiles[0].text, ['module', 'exports', 'require'], { filename: path });
  run(module, module.exports, createRequire(path));
  return `export const IDENTITIES = ${JSON.stringify(module.exports.IDENTITIES, null, 2)};\n`;
}
