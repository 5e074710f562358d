import fc from 'fast-check';
import type { SessionEvent } from '../sessions/events';
import { anyMarkdown, anyText } from '../fixtures/arbitrary-card';
import { newCard, type Card } from './model';
import { answerOf, interimOf, reduceCard } from './reduce';
import { richOf, sheetOf } from './markdown';
import { renderCard, renderFinished, renderNotice } from './render';
import { objectionsTo } from '../fixtures/strict-view';
import type { View } from './view';
import { wordsIn } from '../words/words';

const en = wordsIn('en').card;
const empty = newCard({ session: 's1', name: 'api', agent: 'Claude Code' });
const play = (events: readonly SessionEvent[], from: Card = empty): Card => events.reduce(reduceCard, from);
const textOf = (view: View): string => view.parts.map((part) => part.text).join('\n');
const dataOf = (view: View): string[] =>
  view.parts.flatMap((part) => (part.buttons ?? []).flat().map((button) => button.data));

const start: SessionEvent = { type: 'turn.started', at: 0, prompt: 'fix the login test\nplease' };
const tool = (id: string, title: string, at = 0): SessionEvent => ({
  type: 'tool.started',
  at,
  id,
  name: 'Bash',
  title,
});
const toolEnd = (id: string, ok: boolean, at: number, summary = ''): SessionEvent => ({
  type: 'tool.ended',
  at,
  id,
  ok,
  summary,
});
const text = (id: string, words: string): SessionEvent => ({
  type: 'text',
  at: 0,
  id,
  message: id,
  text: words,
});
const end = (how: 'done' | 'interrupted' | 'failed' = 'done', at = 125_000): SessionEvent => ({
  type: 'turn.ended',
  at,
  how,
});

describe('the live card', () => {
  it('shows at a glance what the agent does', () => {
    const card = play([
      start,
      tool('a', 'npm test'),
      toolEnd('a', false, 12_000, '2 tests failed\nmore'),
      text('t', 'I see **why**.'),
      tool('b', 'npm run build', 70_000),
    ]);
    const view = renderCard(card, 80_000, en);
    expect(textOf(view)).toBe(
      [
        '⏳ api · Claude Code · 1m 20s',
        '❯ fix the login test please',
        '',
        '✗ Bash npm test · 12s — 2 tests failed more',
        '▸ Bash npm run build · 10s',
        '',
        'I see why.',
      ].join('\n'),
    );
    expect(view.parts[0]?.entities.map((e) => e.type)).toEqual(['bold', 'italic', 'code', 'code', 'bold']);
    expect(dataOf(view)).toEqual(['stop:s1', 'screen:s1']);
  });

  it('shows the newest tools and how many came before', () => {
    const card = play([start, ...Array.from({ length: 60 }, (_, i) => tool(`c${i}`, `command ${i}`))]);
    const lines = textOf(renderCard(card, 0, en)).split('\n');
    expect(lines).toContain('… 52 earlier');
    expect(lines.filter((line) => line.startsWith('▸'))).toHaveLength(8);
    expect(lines.at(-1)).toBe('▸ Bash command 59');
  });

  it('shows the end of a long text', () => {
    const card = play([start, text('a', `${'word '.repeat(3000)}end`)]);
    const shown = textOf(renderCard(card, 0, en));
    expect(shown).toMatch(/\n… word .* end$/s);
    expect(shown.length).toBeLessThan(1400);
  });

  it.each([
    ['starting', '⏳ api · Claude Code · starting', ['screen:s1']],
    ['idle', '● api · Claude Code · ready', ['screen:s1']],
    ['ended', '■ api · Claude Code · ended', []],
    ['lost', '✗ api · Claude Code · lost', []],
  ] as const)('of a session that is %s is a line', (phase, line, data) => {
    const view = renderCard({ ...empty, phase }, 5, en);
    expect(textOf(view)).toBe(line);
    expect(dataOf(view)).toEqual(data);
  });

  it('shows an error, and a compaction', () => {
    const card = play([
      start,
      { type: 'compacted', at: 1 },
      { type: 'api.error', at: 2, error: 'overloaded', text: 'Try later' },
    ]);
    expect(textOf(renderCard(card, 0, en))).toContain('context compacted\n\n⚠ overloaded: Try later');
  });

  it('has no button with more data than Telegram takes', () => {
    expect(dataOf(renderCard({ ...play([start]), session: 'é'.repeat(40) }, 0, en))).toEqual([]);
  });

  it("reads no markup in anything but the agent's texts", () => {
    const card = play([
      { ...start, prompt: '**a** [b](https://c.d)' } as SessionEvent,
      tool('x', '`rm` **-rf**'),
    ]);
    const shown = textOf(renderCard({ ...card, name: '_n_' }, 0, en));
    expect(shown).toContain('⏳ _n_ ·');
    expect(shown).toContain('❯ **a** [b](https://c.d)');
    expect(shown).toContain('▸ Bash `rm` **-rf**');
  });
});

describe('the finished turn', () => {
  it('shows the outcome, folds what led to it, and gives the answer', () => {
    const card = play([
      start,
      text('t1', 'Let me look.'),
      tool('a', 'npm test'),
      toolEnd('a', true, 1000),
      text('t2', 'Now the fix.\n\n> quoted'),
      tool('b', 'sed'),
      toolEnd('b', false, 2000, 'no such file'),
      text('t3', '## Done\n\nAll **green**.'),
      end(),
    ]);
    const [part] = renderFinished(card, en).parts;
    expect(part?.text).toBe(
      [
        '✓ api · done · 2m 05s · 2 tools',
        '',
        'Let me look.\n✓ Bash npm test\nNow the fix.\n\nquoted\n✗ Bash sed — no such file',
        '',
        'Done',
        '',
        'All green.',
      ].join('\n'),
    );
    const quotes = part?.entities.filter((e) => e.type.endsWith('blockquote'));
    expect(quotes).toEqual([{ type: 'expandable_blockquote', offset: 33, length: 75 }]);
  });

  it('leaves long interim texts open, in their place', () => {
    const long = `The plan. ${'It is long. '.repeat(60)}`.trim();
    const card = play([
      start,
      tool('a', 'ls'),
      text('t1', long),
      tool('b', 'ps'),
      text('t2', 'Done.'),
      end(),
    ]);
    const [part] = renderFinished(card, en).parts;
    expect(part?.text).toBe(
      ['✓ api · done · 2m 05s · 2 tools', '▸ Bash ls', long, '▸ Bash ps', 'Done.'].join('\n\n'),
    );
    expect(part?.entities.filter((e) => e.type === 'expandable_blockquote')).toHaveLength(2);
  });

  it('says that it was interrupted or failed, and why', () => {
    expect(textOf(renderFinished(play([start, end('interrupted', 3000)]), en))).toBe(
      '■ api · interrupted · 3s',
    );
    const failed = play([
      start,
      { type: 'api.error', at: 1, error: 'rate_limit', text: 'Wait.' },
      end('failed'),
    ]);
    expect(textOf(renderFinished({ ...failed, phase: 'ended' }, en))).toBe(
      '✗ api · failed · 2m 05s\n\n⚠ rate_limit: Wait.',
    );
  });

  it('continues in further parts and never cuts the answer', () => {
    const answer = Array.from({ length: 3000 }, (_, i) => `Line ${i} of it.`).join('\n');
    const view = renderFinished(play([start, text('a', answer), end()]), en);
    expect(view.parts.length).toBeGreaterThan(5);
    expect(objectionsTo(view)).toEqual([]);
    const [first = '', ...others] = view.parts.map((part) => part.text.split('\n'));
    expect(others.map(([heading]) => heading)).toEqual(
      others.map((_, i) => `↪ api · ${i + 2}/${view.parts.length}`),
    );
    expect([...first.slice(2), ...others.flatMap(([, ...lines]) => lines)]).toEqual(answer.split('\n'));
  });

  it('says how much of a very long turn is in the transcript only', () => {
    const events = Array.from({ length: 60 }, (_, i) => [
      text(`t${i}`, 'y'.repeat(4000)),
      tool(`c${i}`, 'x'),
    ]).flat();
    const shown = textOf(renderFinished(play([start, ...events, end()]), en));
    expect(shown).toContain('… 20 earlier');
    expect(shown).toMatch(/… \d+ earlier texts, only in the transcript/);
  });
});

describe('a notice', () => {
  it('is Markdown, and nothing when it is blank', () => {
    expect(renderNotice('See `x`.')).toEqual({
      parts: [{ text: 'See x.', entities: [{ type: 'code', offset: 4, length: 1 }] }],
    });
    expect(renderNotice(' \n')).toEqual({ parts: [] });
  });
});

describe('whatever agents write', () => {
  const id = fc.integer({ min: 0, max: 30 }).map(String);
  const event: fc.Arbitrary<SessionEvent> = fc.oneof(
    fc.record({ type: fc.constant('turn.started' as const), at: fc.nat(9), prompt: anyText(40) }),
    fc.record({
      type: fc.constant('text' as const),
      at: fc.nat(9),
      id: id.map((n) => `t${n}`),
      message: id,
      text: anyMarkdown(),
    }),
    fc.record({
      type: fc.constant('tool.started' as const),
      at: fc.nat(9),
      id,
      name: anyText(20),
      title: anyText(100),
    }),
    fc.record({
      type: fc.constant('tool.ended' as const),
      at: fc.nat(99_999),
      id,
      ok: fc.boolean(),
      summary: anyText(50),
    }),
    fc.record({
      type: fc.constant('api.error' as const),
      at: fc.nat(9),
      error: anyText(40),
      text: anyMarkdown(),
    }),
    fc.record({
      type: fc.constant('turn.ended' as const),
      at: fc.nat(9),
      how: fc.constantFrom('done' as const, 'failed' as const),
    }),
  );
  const cards = fc
    .tuple(fc.array(event, { maxLength: 40 }), anyText(40), anyText(40))
    .map(([events, name, agent]) => play(events, newCard({ session: 's1', name, agent })));

  it('the live card is one message that Telegram takes', () => {
    fc.assert(
      fc.property(cards, fc.integer(), (card, now) => {
        const view = renderCard(card, now, en);
        expect(view.parts).toHaveLength(1);
        expect(objectionsTo(view)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('the finished turn is messages that Telegram takes, with all texts', () => {
    const squeeze = (words: string): string => words.replace(/[\s\p{Cf}\p{Cc}]/gu, '');
    fc.assert(
      fc.property(cards, (card) => {
        const view = renderFinished(card, en);
        expect(objectionsTo(view)).toEqual([]);
        const shown = squeeze(textOf(view));
        for (const block of interimOf(card)) expect(shown).toContain(squeeze(richOf(block.text).text));
        const { rich, files } = sheetOf(answerOf(card) ?? '', en);
        expect(shown).toContain(squeeze(rich.text));
        expect(view.parts.flatMap((part) => part.file ?? [])).toHaveLength(files.length);
      }),
      { numRuns: 300 },
    );
  });
});
