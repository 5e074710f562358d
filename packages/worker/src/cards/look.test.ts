import { wordsIn } from '../words/words';
import { lookOf } from './look';
import { newCard, type Card } from './model';
import { reduceCard } from './reduce';
import { renderCard, renderFinished } from './render';

const AT = 1_000_000;
const start = { type: 'turn.started', at: AT, prompt: 'go' } as const;
const look = (set: Partial<Record<'card-size' | 'card-tools' | 'card-thinking', string>>) =>
  lookOf((key) => set[key] ?? '');
const en = wordsIn('en').card;
const ru = wordsIn('ru').card;

function card(): Card {
  let next = reduceCard(newCard({ session: 's', name: 'api', agent: 'Claude Code' }), start);
  for (let i = 0; i < 12; i++) {
    next = reduceCard(next, {
      type: 'tool.started',
      at: AT + i,
      id: `t${i}`,
      name: 'Bash',
      title: `step ${i}`,
    });
  }
  next = reduceCard(next, { type: 'thinking', at: AT + 20, id: 'th', text: 'What if\nit is the cache?' });
  return reduceCard(next, { type: 'text', at: AT + 21, id: 'x', message: 'm', text: 'word '.repeat(500) });
}
const live = (set: Parameters<typeof look>[0]): string =>
  renderCard(card(), AT + 60_000, en, { look: look(set) }).parts[0]?.text ?? '';
const rows = (text: string): number => (text.match(/Bash step/g) ?? []).length;

it('shows as many tools and as much text as the size says, and the usual for an unknown size', () => {
  expect([
    rows(live({ 'card-size': 'small' })),
    rows(live({})),
    rows(live({ 'card-size': 'large' })),
  ]).toEqual([3, 8, 12]);
  expect(live({ 'card-size': 'small' }).length).toBeLessThan(live({}).length);
  expect(live({ 'card-size': 'gigantic' })).toBe(live({}));
});

it('shows no tools where they are turned off, and counts them anyway', () => {
  expect(rows(live({ 'card-tools': 'off' }))).toBe(0);
  const over = reduceCard(card(), { type: 'turn.ended', at: AT + 70_000, how: 'done' });
  const text = renderFinished(over, en, look({ 'card-tools': 'off' })).parts[0]?.text ?? '';
  expect(text).toContain('12 tools');
  expect(rows(text)).toBe(0);
  expect(rows(renderFinished(over, en).parts[0]?.text ?? '')).toBe(12);
});

it('shows the last thought where it is turned on, and no longer than its turn', () => {
  expect(live({})).not.toContain('cache');
  expect(live({ 'card-thinking': 'on' })).toContain('What if it is the cache?');
  const next = reduceCard(reduceCard(card(), { type: 'turn.ended', at: AT + 70_000, how: 'done' }), {
    ...start,
    at: AT + 80_000,
  });
  expect(
    renderCard(next, AT + 90_000, ru, { look: look({ 'card-thinking': 'on' }) }).parts[0]?.text,
  ).not.toContain('cache');
});

it('uses the language of the chat', () => {
  const text = renderCard(card(), AT + 65_000, ru).parts[0]?.text ?? '';
  expect(text).toContain('1 мин 05 с');
  expect(text).toContain('… раньше: 4');
  const over = reduceCard(card(), { type: 'turn.ended', at: AT + 70_000, how: 'done' });
  expect(renderFinished(over, ru).parts[0]?.text).toContain('✓ api · готово · 1 мин 10 с · 12 инструментов');
});
