// Bundles each program into one CommonJS file under packages/*/dist. One file starts several times faster
// than the module tree it is made of, and the Markdown libraries (ES modules only) become loadable from it.
// Native addons stay outside: they are loaded from node_modules.
import { build } from 'esbuild';
import { existsSync } from 'node:fs';

/** Programs: the source's entry and the bundle it becomes. */
const programs = [
  ['packages/supervisor/src/main.ts', 'packages/supervisor/dist/ccbot.js'],
  ['packages/worker/src/main.ts', 'packages/worker/dist/ccbot-worker.js'],
  ['packages/worker/src/hook/main.ts', 'packages/worker/dist/hook.js'],
  ['packages/sandbox/src/main.ts', 'packages/sandbox/dist/ccbot-sandbox.js'],
  ['packages/sandbox/src/agent/main.ts', 'packages/sandbox/dist/ccbot-scripted-agent.js'],
];

const startedAt = Date.now();
await Promise.all(
  programs
    .filter(([entry]) => existsSync(entry))
    .map(([entry, outfile]) =>
      build({
        entryPoints: [entry],
        outfile,
        bundle: true,
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        sourcemap: 'linked',
        minifySyntax: true,
        logLevel: 'warning',
        external: ['better-sqlite3', 'fs-ext', 'node-pty'],
        loader: { '.html': 'text', '.css': 'text' },
      }),
    ),
);
console.log(`built in ${Date.now() - startedAt} ms`);
