import { KINDS } from '../agents/registry';
import { wordsIn } from './words';

it('says in each language what an agent is started with, and what comes of it', () => {
  expect(wordsIn('en').agents.help(KINDS)).toContain('- `/new @shell [path] [command]`: any command');
  const russian = wordsIn('ru').agents.help(KINDS);
  for (const { id, settings } of KINDS)
    expect(russian).toContain(`/new @${id} ${settings === null ? '[путь] [команда]' : '[имя] [путь]'}`);
  expect(russian).toContain('в каталоге');
});

it('says in each language that the database was rebuilt, and where the old one is', () => {
  const said = (['en', 'ru', 'zh'] as const).map((one) =>
    wordsIn(one).salvage.rebuilt('/a.db', 'no `db`', '/a.db.broken'),
  );
  for (const text of said) expect(text).toMatch(/`\/a\.db`[^]*no .?db[^]*`\/a\.db\.broken`/);
  expect(new Set(said).size).toBe(3);
});
