import { KINDS } from '../agents/registry';
import { wordsIn } from './words';

describe('what the process knows of itself', () => {
  it('is told in the language of the chat, with its spans and sizes', () => {
    const { health } = wordsIn('en');
    expect([
      health.process('1.2.3', 3_725_000),
      health.polled(4_000),
      health.polled(null),
      health.memory(98_000_000),
      health.toHandle(0),
      health.toHandle(2, 61_000),
    ]).toEqual([
      'ccbot 1.2.3, running for 1h 02m',
      'last poll: 4s ago',
      'last poll: none yet',
      'memory: 93 MB',
      'waiting to be handled: 0',
      'waiting to be handled: 2, the oldest for 1m 01s',
    ]);
    for (const language of ['ru', 'zh'] as const) {
      const own = wordsIn(language).health;
      const lines = [own.process('1', 0), own.polled(null), own.polled(-5), own.toHandle(1, 1)];
      expect(lines.join().replace('ccbot', '')).not.toMatch(/[a-z]{3}/i);
    }
  });

  it('is told without nonsense when the clock was set back', () => {
    expect(wordsIn('en').health.polled(-60_000)).toBe('last poll: 0s ago');
  });
});

it('says in each language what an agent is started with, and what comes of it', () => {
  expect(wordsIn('en').agents.help(KINDS)).toContain('- `/new @shell [path] [command]`: any command');
  const russian = wordsIn('ru').agents.help(KINDS);
  for (const { id, settings } of KINDS)
    expect(russian).toContain(`/new @${id} ${settings === null ? '[путь] [команда]' : '[имя] [путь]'}`);
  expect(russian).toContain('в каталоге');
});

it('says in each language that the database was made anew, and where the old one is', () => {
  const said = (['en', 'ru', 'zh'] as const).map((one) =>
    wordsIn(one).salvage.rebuilt('/a.db', 'no `db`', '/a.db.broken'),
  );
  for (const text of said) expect(text).toMatch(/`\/a\.db`[^]*no .?db[^]*`\/a\.db\.broken`/);
  expect(new Set(said).size).toBe(3);
});
