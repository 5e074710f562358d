import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(__dirname, '../../../..');

it.each(['main.ts', 'statusline.ts'])(
  'loads nothing in %s that an agent need not wait for',
  async (entry) => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [`packages/worker/src/hook/${entry}`],
      write: false,
      bundle: true,
      platform: 'node',
      metafile: true,
      outdir: 'nowhere',
      external: ['fs-ext'],
    });
    const strange = Object.keys(metafile.inputs).filter(
      (path) => !/^packages\/worker\/src\/(?:hook\/[\w-]+|agents\/(?:\w+\/)?identity)\.ts$/.test(path),
    );
    expect(strange).toEqual(['packages/shared/src/config/sockets.ts']);
  },
);
