// Reads: Dockerfile .dockerignore package.json scripts/nodes.mjs scripts/pack.mjs
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { read, root } from './files';

/** The instructions without comments, with continued lines joined. */
const instructions = read('Dockerfile')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => {
    const [, verb = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    return { verb, rest };
  });
const all = (verb: string): string[] => instructions.filter((i) => i.verb === verb).map((i) => i.rest);
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

describe('the Dockerfile', () => {
  it('has only known instructions, and begins with an image', () => {
    const known = 'FROM WORKDIR COPY RUN ENV USER HEALTHCHECK ENTRYPOINT'.split(' ');
    expect(instructions.map(({ verb }) => verb).filter((verb) => !known.includes(verb))).toEqual([]);
    expect(instructions[0]?.verb).toBe('FROM');
  });

  it('runs valid shell lines and existing npm scripts', () => {
    for (const line of all('RUN')) {
      expect([line, spawnSync('sh', ['-n', '-c', line], { encoding: 'utf8' }).stderr]).toEqual([line, '']);
      const script = /^npm run (\S+)/.exec(line)?.[1];
      if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
    }
  });

  it('builds with one line of Node.js that is tested, and copies what the previous stage has built', () => {
    const lines = all('FROM').map((image) => Number(/^node:(\d+)-/.exec(image)?.[1]));
    expect(new Set(lines).size).toBe(1);
    for (const line of lines) expect(read('scripts/nodes.mjs')).toContain(`  ${line}: line(`);
    const prefix = /--prefix (\S+)/.exec(all('RUN').join('\n'))?.[1];
    expect(all('COPY')).toContain(`--from=build ${prefix} ${prefix}`);
    expect(all('ENV').join(' ')).toContain(`${prefix}/bin`);
  });

  it('uses existing commands and options of ccbot', () => {
    const health = JSON.parse(/CMD (\[.*\])/.exec(all('HEALTHCHECK').join())?.[1] ?? '[]') as string[];
    for (const [program, command, ...options] of [JSON.parse(all('ENTRYPOINT').join()) as string[], health]) {
      expect(program).toBe('ccbot');
      const help = spawnSync(
        process.execPath,
        [join(root, 'packages/supervisor/bin/ccbot.js'), command ?? '', '--help'],
        { encoding: 'utf8' },
      );
      expect(help.status).toBe(0);
      for (const option of options) expect(help.stdout).toContain(option);
    }
  });

  it('copies no secrets and nothing built into the image', () => {
    const ignored = read('.dockerignore').split('\n');
    for (const path of ['.env', '.git', 'node_modules', '**/dist']) expect(ignored).toContain(path);
    expect(existsSync(join(root, '.env'))).toBe(false);
  });
});
