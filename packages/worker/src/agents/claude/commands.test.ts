import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { claudeCommands } from './commands';

let home: string;
const state = () => join(home, '.claude');
const project = () => join(home, 'work/shop');
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'ccbot-commands-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}
const named = async (): Promise<string[]> => {
  const all = await claudeCommands(state(), home, project(), 'en');
  return all
    .slice(
      0,
      all.findIndex(({ name }) => name === 'compact'),
    )
    .map(({ typed }) => typed);
};

it('come from the project and above, then from the user, then from Claude Code', async () => {
  put('.claude/commands/mine.md', 'x');
  put('.claude/skills/my-skill/SKILL.md', 'x');
  put('work/.claude/commands/all-work.md', 'x');
  put('work/shop/.claude/commands/git/Ship.it.md', '---\ndescription: Ship it\n---\nx');
  put('work/shop/.claude/commands/readme.txt', 'no command');
  expect(await named()).toEqual(['/git:Ship.it', '/all-work', '/mine', '/my-skill']);
});

it('include those of enabled plugins, and the project’s setting wins', async () => {
  for (const id of ['a', 'b', 'c']) put(`plugins/${id}/commands/run.md`, 'x');
  put('plugins/a/skills/skim/SKILL.md', '---\ndescription: Skim\n---');
  const entry = (id: string) => [{ scope: 'user', installPath: join(home, 'plugins', id) }];
  const plugins = { 'a@m': entry('a'), 'b@m': entry('b'), 'c@m': entry('c'), 'd@m': [null, {}], 'e@m': 'x' };
  put('.claude/plugins/installed_plugins.json', JSON.stringify({ version: 2, plugins }));
  const on = { 'a@m': true, 'b@m': true, 'd@m': true, 'e@m': true };
  put('.claude/settings.json', JSON.stringify({ enabledPlugins: on }));
  put('work/shop/.claude/settings.json', JSON.stringify({ enabledPlugins: { 'b@m': false } }));
  expect(await named()).toEqual(['/a:run', '/a:skim']);
});

it('are only the built-in ones when there is nothing else, or nothing readable', async () => {
  expect(await named()).toEqual([]);
  put('.claude/plugins/installed_plugins.json', '{"plugins":');
  put('.claude/settings.json', '[]');
  put('.claude/commands', 'a file');
  put('.claude/skills/none/other.md', 'x');
  mkdirSync(join(home, '.claude/skills/dir/SKILL.md'), { recursive: true });
  expect(await named()).toEqual([]);
});

it('stay limited in a directory that contains itself, or very many files', async () => {
  mkdirSync(join(home, '.claude/commands'), { recursive: true });
  symlinkSync('.', join(home, '.claude/commands/loop'));
  for (let i = 0; i < 250; i++) put(`.claude/commands/c${i}.md`, 'x');
  expect((await named()).length).toBe(200);
});
