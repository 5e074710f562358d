import fc from 'fast-check';
import { finishedCard } from '../../cards/answered';
import { answerOf, interimOf } from '../../cards/reduce';
import { sessionWith } from '../../fixtures/session';
import type { SessionEvent } from '../events';
import { isAtWork, turnKey, type Session } from '../model';
import { parseSession, sessionRow } from '../rows';
import type { SessionInput } from './model';
import { step } from './step';

const AT = 1_000_000;

/** What the chat shows: the texts of each turn by its key, as the last `finish` showed them. */
type Chat = ReadonlyMap<string, readonly string[]>;

interface Run {
  session: Session;
  chat: Chat;
  /** The effects of the last event. */
  effects: string[];
}

const start = (): Run => ({ session: sessionWith(), chat: new Map(), effects: [] });

function shownOf({ card }: Session): string[] {
  const finished = finishedCard(card);
  const answer = answerOf(finished);
  return [...interimOf(finished).map(({ text }) => text), ...(answer === null ? [] : answer.split('\n\n'))];
}

function after({ session, chat }: Run, event: SessionEvent): Run {
  const [next, effects] = step(session, { type: 'observed', at: event.at, event });
  const shown = effects.flatMap((effect) => (effect.do === 'finish' ? [effect.of ?? next] : []));
  return {
    session: next,
    chat: new Map([...chat, ...shown.map((turn) => [turnKey(turn), shownOf(turn)] as const)]),
    effects: effects.map((effect) => effect.do),
  };
}

const input = (session: Session, of: SessionInput): Session => step(session, of)[0];

/** The worker ends, and the next one reads what is stored. */
function restarted(run: Run): Run {
  const read = parseSession(sessionRow(run.session));
  if (!read.ok) throw new Error(read.reason);
  return { ...run, session: read.session };
}

const texts = ({ chat }: Run): string[] => [...chat.values()].flat();
const run = (...events: SessionEvent[]): Run => events.reduce(after, start());

const begun = (turnId = 'p1', at = AT): SessionEvent => ({
  type: 'turn.started',
  at,
  prompt: `do ${turnId}`,
  turnId,
});
const said = (
  text: string,
  more: { at?: number; message?: string; isFinal?: boolean } = {},
): SessionEvent => ({
  type: 'text',
  at: AT + 10,
  id: `id of ${text}`,
  message: `message of ${text}`,
  ...more,
  text,
});
const told = (text: string, turnId = 'p1'): SessionEvent => ({
  type: 'answer.told',
  at: AT + 50,
  text,
  turnId,
});
const tool = (id: string, at = AT + 5): SessionEvent => ({
  type: 'tool.started',
  at,
  id,
  name: 'Bash',
  title: 'ls',
});
const ended = (at = AT + 900, how: 'done' | 'interrupted' = 'done'): SessionEvent => ({
  type: 'turn.ended',
  at,
  how,
});

describe('an answer', () => {
  it('is shown when its record is read, before the turn has ended, and not again at its end', () => {
    const early = run(begun(), said('It is done.', { isFinal: true }));
    expect(early.effects).toEqual(['finish']);
    expect(early.session.card.phase).toBe('working');
    expect(isAtWork(early.session)).toBe(false);
    const late = after(early, ended());
    expect(late.chat).toEqual(early.chat);
    expect(finishedCard(early.session.card).endedAt).toBe(late.session.card.endedAt);
  });

  it('is shown when a hook tells it, and not again when its record is read', () => {
    const early = run(begun(), told('It is done.'));
    expect(early.effects).toEqual(['finish']);
    const read = after(early, said('It is done.\n', { isFinal: true }));
    expect(texts(read)).toEqual(['It is done.\n']);
    expect(read.session.card.answered).toEqual({ at: AT + 50 });
    expect(texts(after(read, ended()))).toEqual(['It is done.\n']);
  });

  it('is shown behind what the agent said and did before, although that is read later', () => {
    const early = run(begun(), told('It is done.'));
    const read = [said('I look.', { isFinal: false }), tool('t')].reduce(after, early);
    expect(texts(read)).toEqual(['I look.', 'It is done.']);
    expect(texts([said('It is done.', { isFinal: true }), ended()].reduce(after, read))).toEqual([
      'I look.',
      'It is done.',
    ]);
  });

  it('is shown as the transcript has it when that differs from what was told', () => {
    const early = run(begun(), said('I look.', { isFinal: false }), tool('t'), told('It is dnoe.'));
    expect(texts(early)).toEqual(['I look.', 'It is dnoe.']);
    const late = [said('It is done.', { isFinal: true }), ended()].reduce(after, early);
    expect(texts(late)).toEqual(['I look.', 'It is done.']);
  });

  it('stays done when the window is closed before the end of its turn is recorded', () => {
    for (const answer of [told('It is done.'), said('It is done.', { isFinal: true })]) {
      const { session } = run(begun(), answer);
      expect(input(session, { type: 'closed', at: AT + 60 }).card.outcome).toBe('done');
    }
    const { session } = run(begun(), said('I look.', { isFinal: false }));
    expect(input(session, { type: 'closed', at: AT + 60 }).card.outcome).toBe('failed');
  });

  it.each([
    ['its record was read', [said('It is done.', { isFinal: true })]],
    ['only a hook told it', [told('It is done.')]],
  ])(
    'is not shown again when the session is restored and the transcript read again, where %s',
    (_, before) => {
      const first = run(begun(), tool('t'), ...before);
      const closed = input(first.session, { type: 'closed', at: AT + 60 });
      const restored = input(closed, { type: 'restored', at: AT + 90_000, name: 'demo' });
      const ready = input(input(restored, { type: 'opened', at: AT + 90_001 }), {
        type: 'looked',
        at: AT + 90_002,
        readiness: 'ready',
        screen: [],
      });
      for (const session of [restored, ready]) {
        const again = restarted({ ...first, session });
        const read = [begun(), tool('t'), said('It is done.', { isFinal: true }), ended(AT + 55)].reduce(
          after,
          again,
        );
        expect(read.session.card.turn).toBe(first.session.card.turn);
        expect(read.effects).toEqual([]);
        expect(texts(read)).toEqual(['It is done.']);
        const second = { ...said('It is done.', { at: AT + 99_010, isFinal: true }), id: 'second' };
        expect(texts([begun('p2', AT + 99_000), second].reduce(after, read))).toHaveLength(2);
      }
    },
  );

  it('stays as it was told if the transcript never has it', () => {
    expect(texts(run(begun(), tool('t'), told('It is done.'), ended()))).toEqual(['It is done.']);
  });

  it('takes the place of the told one when it is read after the turn has ended', () => {
    const ending = run(begun(), told('It is done.'), ended());
    expect(texts(after(ending, said('It is done!')))).toEqual(['It is done!']);
  });

  it('of the same words as a text before a tool is shown with both', () => {
    const early = run(begun(), said('Done.', { isFinal: false }), told('Done.'));
    expect(texts(early)).toEqual(['Done.', 'Done.']);
    const late = [tool('t'), said('Done.', { message: 'm2' })].reduce(after, early);
    expect(texts(late)).toEqual(['Done.', 'Done.']);
  });

  it('of two blocks is whole when the second is read', () => {
    const early = run(begun(), told('second'));
    const [first, second] = ['first', 'second'].map((text) => said(text, { message: 'm', isFinal: true }));
    expect(
      texts(
        [first, second].reduce((last, event) => (event === undefined ? last : after(last, event)), early),
      ),
    ).toEqual(['first', 'second']);
  });

  it('that a hook of the user refuses is followed by another message, for the same prompt', () => {
    const begin = step(sessionWith(), { type: 'observed', at: AT, event: begun(), replyTo: 5, by: 7 })[0];
    const refused = [
      said('It is done.', { isFinal: true }),
      tool('t', AT + 2_000),
      said('Now it is.', { isFinal: true }),
    ];
    const last = [...refused, ended()].reduce(after, { ...start(), session: begin });
    expect([...last.chat.values()]).toEqual([['It is done.'], ['Now it is.']]);
    expect(last.session).toMatchObject({ replyTo: 5, by: 7, card: { prompt: 'do p1', tools: 1 } });
  });

  it('is shown with its turn when the next prompt comes before the end of the turn', () => {
    const next = run(
      begun(),
      said('One.', { isFinal: true }),
      begun('p2', AT + 100),
      said('Two.', { isFinal: true }),
      ended(),
    );
    expect([...next.chat.values()]).toEqual([['One.'], ['Two.']]);
  });

  it('keeps a live card while sub-agents work', () => {
    const agent: SessionEvent = { type: 'agent.started', at: AT, id: 'x', title: 'Count' };
    expect(run(begun(), agent, said('They count.', { isFinal: true })).effects).toEqual(['finish', 'show']);
  });

  it('ends a turn that the user interrupts after it as interrupted', () => {
    const { session, chat } = run(
      begun(),
      told('It is done.'),
      said('It is done.'),
      ended(AT + 60, 'interrupted'),
    );
    expect(session.card.outcome).toBe('interrupted');
    expect([...chat.values()]).toEqual([['It is done.']]);
  });
});

describe('what a hook tells', () => {
  const unchanged = (before: Run, event: SessionEvent): void => {
    const next = after(before, event);
    expect(next.session).toBe(before.session);
    expect(next.effects).toEqual([]);
  };

  it('is ignored twice', () => unchanged(run(begun(), told('It is done.')), told('It is done.')));
  it('is ignored of another turn', () => unchanged(run(begun()), told('It is done.', 'p0')));
  it('is ignored between turns', () => unchanged(run(begun(), said('Yes.'), ended()), told('It is done.')));
  it('is ignored before the first turn', () => unchanged(start(), told('It is done.')));
  it('is ignored when it is blank', () => unchanged(run(begun()), told(' \n\u200b ')));
  it('is ignored when it is larger than any answer', () =>
    unchanged(run(begun()), told('x'.repeat(1_000_001))));
  it('is ignored of a turn without an id', () => {
    unchanged(run({ type: 'turn.started', at: AT, prompt: 'go' }), told('It is done.'));
  });
});

/** A turn as its transcript and its hooks report it. Every text occurs once. */
interface Script {
  id: string;
  lines: SessionEvent[];
  hooks: SessionEvent[];
}

const shape = fc.record({
  /** Texts before the answer, each with a tool or without. */
  before: fc.array(fc.record({ hasTool: fc.boolean(), hasText: fc.boolean() }), { maxLength: 3 }),
  blocks: fc.integer({ min: 0, max: 2 }),
  /** Whether the records say how their messages ended. */
  isKnown: fc.boolean(),
  /** A hook of the user refuses the end, and the agent gives a second answer. */
  isRefused: fc.boolean(),
  how: fc.constantFrom('done' as const, 'interrupted' as const, undefined),
  isToldDifferently: fc.boolean(),
  hooks: fc.integer({ min: 0, max: 2 }),
});

function script(turn: number, form: typeof shape extends fc.Arbitrary<infer T> ? T : never): Script {
  const id = `p${turn}`;
  let at = AT + turn * 10_000;
  let n = 0;
  const text = (message: string, isFinal: boolean): SessionEvent & { type: 'text' } => ({
    type: 'text',
    at: (at += 10),
    id: `${id} text ${++n}`,
    message: `${id} ${message}`,
    text: `${id} says ${n}`,
    ...(form.isKnown ? { isFinal } : {}),
  });
  const lines: SessionEvent[] = [begun(id, at)];
  for (const [i, { hasTool, hasText }] of form.before.entries()) {
    if (hasText) lines.push(text(`before ${i}`, !hasTool && form.isRefused));
    if (hasTool) lines.push(tool(`${id} tool ${i}`, (at += 10)));
  }
  const answers = (message: string): SessionEvent[] =>
    Array.from({ length: form.blocks }, () => text(message, true));
  const hooks: SessionEvent[] = [];
  for (const message of form.isRefused ? ['refused', 'answer'] : ['answer']) {
    const blocks = answers(message);
    lines.push(...blocks);
    const last = blocks.at(-1);
    if (last?.type !== 'text') continue;
    const words = form.isToldDifferently ? `${last.text}, in other words` : last.text;
    for (let i = 0; i < form.hooks; i++)
      hooks.push({ type: 'answer.told', at: (at += 10), text: words, turnId: id });
  }
  if (form.how !== undefined) lines.push({ type: 'turn.ended', at: (at += 10), how: form.how });
  return { id, lines, hooks };
}

/** The lines in their order, and each hook anywhere: before its turn, in it, or long after. */
const interleaving = fc.array(shape, { minLength: 1, maxLength: 4 }).chain((forms) => {
  const scripts = forms.map((form, i) => script(i + 1, form));
  const lines = scripts.flatMap((one) => one.lines);
  const hooks = scripts.flatMap((one) => one.hooks);
  return fc.record({
    lines: fc.constant(lines),
    hooks: fc.tuple(
      ...hooks.map((hook) => fc.integer({ min: 0, max: lines.length }).map((place) => ({ hook, place }))),
    ),
    kills: fc.uniqueArray(fc.integer({ min: 0, max: lines.length }), { maxLength: 4 }),
  });
});

it('is in the chat once, whole and in order, whenever its hooks and records come and the worker ends', () => {
  fc.assert(
    fc.property(interleaving, ({ lines, hooks, kills }) => {
      let now = start();
      for (let place = 0; place <= lines.length; place++) {
        for (const { hook } of hooks.filter((one) => one.place === place)) now = after(now, hook);
        if (kills.includes(place)) now = restarted(now);
        const line = lines[place];
        if (line !== undefined) now = after(now, line);
        const shown = texts(now);
        expect(new Set(shown).size).toBe(shown.length);
      }
      // The last turn may still be running; what it shows comes with its end.
      now = after(now, { type: 'turn.ended', at: AT + 1_000_000, how: 'done' });
      const wanted = lines.flatMap((line) => (line.type === 'text' ? [line.text] : []));
      expect(texts(now)).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});
