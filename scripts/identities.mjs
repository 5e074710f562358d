// The hook's table of agents, as data. `agents/identity.ts` takes it out of the registry, and with that out of all
// that an agent is; but an agent waits while its hook is loaded. So what is bundled in place of that file is what it
// comes to.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';

/** Puts the table itself into a bundle, in place of the code that makes it. A plugin of esbuild. */
export const identitiesAsData = {
  name: 'identities-as-data',
  setup(bundler) {
    bundler.onLoad({ filter: /\/worker\/src\/agents\/identity\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({
        entryPoints: [path],
        write: false,
        bundle: true,
        platform: 'node',
        format: 'cjs',
        logLevel: 'warning',
        external: ['better-sqlite3', 'fs-ext', 'node-pty'],
      });
      const module = { exports: {} };
      const run = compileFunction(outputFiles[0].text, ['module', 'exports', 'require'], { filename: path });
      run(module, module.exports, createRequire(path));
      const table = JSON.stringify(module.exports.IDENTITIES, null, 2);
      return { contents: `export const IDENTITIES = ${table};\n`, loader: 'js' };
    });
  },
};
