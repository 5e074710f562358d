import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { read, root } from './files';

/** The instructions, each on one line, without comments. */
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
  it('has only instructions that there are, and begins with an image', () => {
    const known = 'FROM WORKDIR COPY RUN ENV USER HEALTHCHECK ENTRYPOINT'.split(' ');
    expect(instructions.map(({ verb }) => verb).filter((verb) => !known.includes(verb))).toEqual([]);
    expect(instructions[0]?.verb).toBe('FROM');
  });

  it('runs lines that a shell takes, and npm scripts that there are', () => {
    for (const line of all('RUN')) {
      expect([line, spawnSync('sh', ['-n', '-c', line], { encoding: 'utf8' }).stderr]).toEqual([line, '']);
      const script = /^npm run (\S+)/.exec(line)?.[1];
      if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
    }
  });

  it('builds with the Node.js that ccbot asks for, and copies what the stage before has made', () => {
    const least = /"node": ">=(\d+)/.exec(read('package.json'))?.[1];
    for (const image of all('FROM')) expect(image).toMatch(new RegExp(`^node:${least}-`));
    const prefix = /--prefix (\S+)/.exec(all('RUN').join('\n'))?.[1];
    expect(all('COPY')).toContain(`--from=build ${prefix} ${prefix}`);
    expect(all('ENV').join(' ')).toContain(`${prefix}/bin`);
  });

  it('starts and asks ccbot by commands and options that there are', () => {
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

  it('takes no secret and nothing built into the image', () => {
    const ignored = read('.dockerignore').split('\n');
    for (const path of ['.env', '.git', 'node_modules', '**/dist']) expect(ignored).toContain(path);
    expect(existsSync(join(root, '.env'))).toBe(false);
  });
});
