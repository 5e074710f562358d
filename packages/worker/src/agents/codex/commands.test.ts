import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { codexCommands } from './commands';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'ccbot-commands-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('are the skills of the project and the user, typed with $, then the built-in ones', async () => {
  const skills = [
    'shop/.agents/skills/near',
    '.agents/skills/mine',
    '.codex/skills/older',
    '.codex/skills/.system/its',
  ];
  for (const skill of skills) {
    const file = join(home, skill, 'SKILL.md');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `---\ndescription: ${skill}\n---`);
  }
  mkdirSync(join(home, '.codex/prompts'));
  writeFileSync(join(home, '.codex/prompts/not-read.md'), 'x');
  const all = await codexCommands(join(home, '.codex'), home, join(home, 'shop'), 'ru');
  expect(all.slice(0, 4).map(({ name, typed }) => [name, typed])).toEqual([
    ['near', '$near'],
    ['mine', '$mine'],
    ['older', '$older'],
    ['compact', '/compact'],
  ]);
  expect(all[3]?.about).toMatch(/^Сжать/);
});
