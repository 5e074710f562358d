import { join } from 'node:path';
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { identitiesAsData } from '../../../../scripts/identities.mjs';
import { IDENTITIES } from '../agents/identity';

const root = join(__dirname, '../../../..');

it.each(['main.ts', 'statusline.ts'])('keeps %s free of code that an agent would wait for', async (entry) => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`packages/worker/src/hook/${entry}`],
    write: false,
    bundle: true,
    platform: 'node',
    metafile: true,
    outdir: 'nowhere',
    external: ['fs-ext'],
    plugins: [identitiesAsData()],
  });
  const strange = Object.keys(metafile.inputs).filter(
    (path) => !/^packages\/worker\/src\/(?:hook\/[\w-]+|agents\/identity)\.ts$/.test(path),
  );
  const small = [
    ...['absolute-path', 'search-path', 'sockets'].map((name) => `config/${name}`),
    'tmux-field',
    ...['foreign-file-sync', 'foreign-rules', 'limits', 'replace-file'].map((name) => `files/${name}`),
    ...['directory', 'pipe', 'socket'].map((name) => `ownership/${name}`),
    'core-dumps/filter',
    'protocol/json',
  ].map((name) => `packages/shared/src/${name}.ts`);
  expect(strange.filter((path) => !small.includes(path))).toEqual([]);
});

it('holds the registry’s table of agents', async () => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['packages/worker/src/agents/identity.ts'],
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    plugins: [identitiesAsData()],
  });
  const bundled = { exports: {} as { IDENTITIES?: unknown } };
  compileFunction(outputFiles[0]?.text ?? '', ['module', 'exports', 'require'])(
    bundled,
    bundled.exports,
    createRequire(__filename),
  );
  expect(bundled.exports.IDENTITIES).toEqual(IDENTITIES);
  expect(IDENTITIES[0]).toMatchObject({ programs: [expect.any(String)] });
});
