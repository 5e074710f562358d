import fc from 'fast-check';
import type { SessionEvent } from '../sessions/events';
import { anyText } from '../fixtures/arbitrary-card';
import { MAX_INTERIM, MAX_REMARKS, MAX_ROWS, newCard, type Card } from './model';
import { answerOf, interimOf, reduceCard } from './reduce';

const empty = newCard({ session: 's1', name: 'api', agent: 'Claude Code' });
const play = (events: readonly SessionEvent[], from: Card = empty): Card => events.reduce(reduceCard, from);

const start = (at = 1000, prompt = 'do it'): SessionEvent => ({ type: 'turn.started', at, prompt });
const text = (id: string, message: string, words: string, at = 2000): SessionEvent => ({
  type: 'text',
  at,
  id,
  message,
  text: words,
});
const tool = (id: string, at = 2000): SessionEvent => ({
  type: 'tool.started',
  at,
  id,
  name: 'Bash',
  title: id,
});
const toolEnd = (id: string, ok = true, at = 3000): SessionEvent => ({
  type: 'tool.ended',
  at,
  id,
  ok,
  summary: 'out',
});
const end = (at = 9000, how: 'done' | 'interrupted' | 'failed' = 'done'): SessionEvent => ({
  type: 'turn.ended',
  at,
  how,
});

describe('a card follows its session', () => {
  it('through a turn', () => {
    const card = play([start(), tool('ls'), toolEnd('ls'), text('t1', 'm1', 'Done.'), end()]);
    expect(card).toMatchObject({
      phase: 'idle',
      turn: 1,
      prompt: 'do it',
      startedAt: 1000,
      endedAt: 9000,
      outcome: 'done',
      tools: 1,
      rows: [{ id: 'ls', n: 1, name: 'Bash', title: 'ls', state: 'ok', startedAt: 2000, endedAt: 3000 }],
      texts: [{ id: 't1', text: 'Done.', after: 1 }],
    });
  });

  it('into the next turn with nothing of the last one', () => {
    const card = play([start(), tool('ls'), text('t1', 'm1', 'Done.'), end(), start(10_000, 'more')]);
    expect(card).toMatchObject({ phase: 'working', turn: 2, prompt: 'more', rows: [], texts: [], tools: 0 });
    expect(card).not.toHaveProperty('endedAt');
    expect(card).not.toHaveProperty('outcome');
  });

  it('with everything so far when a prompt comes before the turn is over', () => {
    const card = play([
      start(),
      text('t1', 'm1', 'First.'),
      tool('ls'),
      start(5000, 'and this'),
      text('t2', 'm2', 'Both.'),
      end(),
    ]);
    expect(card).toMatchObject({ turn: 2, prompt: 'and this', startedAt: 5000, tools: 1 });
    expect(interimOf(card).map((block) => block.text)).toEqual(['First.']);
    expect(answerOf(card)).toBe('Both.');
  });

  it('when the agent starts something by itself', () => {
    const idle = play([start(), text('t1', 'm1', 'Done.'), end(9000)]);
    const card = play([text('t2', 'm2', 'The build is through.', 60_000)], idle);
    expect(card).toMatchObject({ phase: 'working', turn: 2, prompt: '', texts: [{ id: 't2' }] });
    expect(play([tool('x', 60_000)], idle)).toMatchObject({ phase: 'working', turn: 2, tools: 1 });
  });

  it('when a text comes after the end of its turn', () => {
    const card = play([start(), tool('ls'), end(9000), text('t1', 'm1', 'Done.', 9001)]);
    expect(card).toMatchObject({ phase: 'idle', turn: 1, outcome: 'done' });
    expect(answerOf(card)).toBe('Done.');
  });

  it('when a tool ends before it started, or is not known at all', () => {
    const early = play([start(), toolEnd('ls', false)]);
    expect(early.tools).toBe(0);
    expect(play([tool('ls', 4000)], early)).toMatchObject({
      tools: 1,
      rows: [{ n: 1, title: 'ls', state: 'failed' }],
    });
    expect(reduceCard(empty, toolEnd('ls'))).toBe(empty);
  });

  it('when a turn ends twice: the first end counts', () => {
    const once = play([start(), end(9000, 'interrupted')]);
    expect(reduceCard(once, end(9500, 'done'))).toBe(once);
    expect(reduceCard(empty, end())).toBe(empty);
  });

  it('with an error until the agent continues', () => {
    const failed = play([start(), { type: 'api.error', at: 2, error: 'overloaded', text: 'Try\nlater' }]);
    expect(failed.error).toEqual({ error: 'overloaded', text: 'Try later' });
    expect(play([text('t1', 'm1', 'Here.')], failed)).not.toHaveProperty('error');
    expect(play([end(9000, 'failed')], failed)).toHaveProperty('error');
  });

  it('and ignores what it does not show', () => {
    const card = play([start()]);
    expect(reduceCard(card, { type: 'thinking', at: 1, id: 'x', text: ' \n' })).toBe(card);
    expect(reduceCard(card, text('t1', 'm1', ' \n'))).toBe(card);
    expect(reduceCard(card, { type: 'of a later version' } as unknown as SessionEvent)).toBe(card);
    expect(reduceCard(card, { type: 'other', at: 1, record: 'x' }).other).toBe(1);
  });

  it('with a tool whose end was not reported still running when the turn is over', () => {
    expect(play([start(), tool('ls'), end()]).rows[0]?.state).toBe('running');
    expect(play([start(), tool('ls'), end(), toolEnd('ls')]).rows[0]?.state).toBe('ok');
  });

  it('with titles in one line without control characters', () => {
    const event: SessionEvent = {
      type: 'tool.started',
      at: 1,
      id: 'a',
      name: 'B\u001b[1m',
      title: `x\ny\u202e${'z'.repeat(9999)}`,
    };
    const row = play([start(), event]).rows[0];
    expect(row?.name).toBe('B[1m');
    expect(row?.title).toMatch(/^x yz+…$/);
    expect(row?.title.length).toBe(200);
  });
});

describe('the answer', () => {
  it('is everything after the last tool', () => {
    const card = play([
      start(),
      text('a', 'm1', 'Let me look.'),
      tool('ls'),
      text('b', 'm2', 'One.'),
      text('c', 'm3', 'Two.'),
    ]);
    expect(answerOf(card)).toBe('One.\n\nTwo.');
    expect(interimOf(card).map((block) => block.text)).toEqual(['Let me look.']);
  });

  it('is at least the whole last message', () => {
    const card = play([
      start(),
      text('a', 'm1', 'One.'),
      text('b', 'm2', 'Two.'),
      tool('ls'),
      text('c', 'm2', 'Three.'),
      tool('ps'),
    ]);
    expect(answerOf(card)).toBe('Two.\n\nThree.');
    const within = play([start(), text('a', 'm1', 'One.'), tool('ls'), text('b', 'm1', 'Two.')]);
    expect(answerOf(within)).toBe('One.\n\nTwo.');
  });

  it('is nothing when nothing was said', () => {
    expect(answerOf(play([start(), tool('ls'), end()]))).toBeNull();
  });

  it('is cut after a million characters, between two of them', () => {
    const card = play([start(), text('t1', 'm1', 'a'.concat('👍'.repeat(600_000)))]);
    const answer = answerOf(card) ?? '';
    expect(answer).toBe(`a${'👍'.repeat(499_999)}…`);
  });

  it('is never cut below that, however long the turn and the text', () => {
    const long = 'x'.repeat(500_000);
    const events = Array.from({ length: 300 }, (_, i) => [
      text(`t${i}`, `m${i}`, 'y'.repeat(2000)),
      tool(`c${i}`),
    ]).flat();
    const card = play([
      start(),
      ...events,
      text('a', 'last', long),
      text('b', 'last', long),
      tool('z'),
      end(),
    ]);
    expect(answerOf(card)).toBe(`${long}\n\n${long}`);
    const kept = interimOf(card).reduce((sum, block) => sum + block.text.length, 0);
    expect(kept).toBeLessThanOrEqual(MAX_INTERIM);
    expect(kept).toBeGreaterThan(MAX_INTERIM / 2);
    expect(card.foldedTexts + interimOf(card).length).toBe(300);
  });
});

it('keeps the newest of very many remarks, and counts the others', () => {
  const remarks = Array.from({ length: 500 }, (_, i) => [
    text(`t${i}`, `m${i}`, `remark ${i}`),
    tool(`c${i}`),
  ]);
  const card = play([start(), ...remarks.flat(), text('a', 'last', 'the answer'), tool('z'), end()]);
  expect(interimOf(card).map((block) => block.text)).toEqual(
    Array.from({ length: MAX_REMARKS }, (_, i) => `remark ${500 - MAX_REMARKS + i}`),
  );
  expect(card.foldedTexts).toBe(500 - MAX_REMARKS);
  expect(answerOf(card)).toBe('the answer');
});

describe('a card is bounded and replays', () => {
  const id = fc.integer({ min: 0, max: 60 }).map(String);
  const at = fc.integer({ min: 0, max: 20_000 });
  const event: fc.Arbitrary<SessionEvent> = fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('turn.started' as const), at, prompt: anyText(5) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('text' as const),
        at,
        id: id.map((n) => `t${n}`),
        message: id,
        text: anyText(20),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('tool.started' as const),
        at,
        id,
        name: anyText(3),
        title: anyText(9),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('tool.ended' as const),
        at,
        id,
        ok: fc.boolean(),
        summary: anyText(9),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('turn.ended' as const),
        at,
        how: fc.constantFrom('done' as const, 'interrupted' as const, 'failed' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('api.error' as const),
        at,
        error: anyText(3),
        text: anyText(9),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('compacted' as const), at }) },
  );

  it('whatever comes: an event that repeats changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        let card = empty;
        for (const one of events) {
          card = reduceCard(card, one);
          expect(reduceCard(card, one)).toBe(card);
        }
      }),
    );
  });

  it('when the last lines before a crash are read again', () => {
    const events = [
      start(),
      text('a', 'm1', 'One.'),
      tool('ls'),
      toolEnd('ls'),
      text('b', 'm2', 'Two.'),
      end(),
    ];
    const card = play(events);
    expect(play(events, card)).toBe(card);
    const next = play([start(20_000, 'more')], card);
    expect(play(events, next)).toBe(next);
  });

  it('whatever comes: as JSON it is the same and small, and it was not changed in place', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const before = JSON.stringify(empty);
        const card = play(events);
        expect(JSON.parse(JSON.stringify(card))).toEqual(card);
        expect(JSON.stringify(empty)).toBe(before);
        expect(card.rows.length).toBeLessThanOrEqual(MAX_ROWS);
        expect(card.rows.filter((row) => row.n > 0).length + card.foldedRows).toBe(card.tools);
      }),
    );
  });

  it('when a turn has thousands of tools', () => {
    const card = play([
      start(),
      ...Array.from({ length: 5000 }, (_, i) => [tool(`c${i}`), toolEnd(`c${i}`)]).flat(),
    ]);
    expect(card).toMatchObject({ tools: 5000, foldedRows: 5000 - MAX_ROWS });
    expect(JSON.stringify(card).length).toBeLessThan(32_000);
  });
});
