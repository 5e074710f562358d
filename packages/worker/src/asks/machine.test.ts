import fc from 'fast-check';
import { permissionAsks } from '../agents/permission';
import { deadline, step, type AskEffect, type AskInput, type AskPolicy } from './machine';
import { RETURN_MS, WRITING_MS, type Ask, type AskAct } from './model';
import { noAnswers } from './questions';
import { wordsIn } from '../words/words';

const port = permissionAsks({
  limitMs: null,
  subAgentLimitMs: null,
  planModes: ['default', 'auto'],
  title: () => '',
});
const asking = (tool_name: string, tool_input: object): Ask => {
  const asked = port.read({ tool_name, tool_input });
  if (asked === null) throw new Error('nothing is asked');
  const answers = asked.what.kind === 'questions' ? { answers: noAnswers(asked.what.questions) } : {};
  return {
    ...{
      id: 1,
      request: 'r',
      session: 's',
      chatId: 7,
      name: 'demo',
      at: 0,
      asked,
      phase: 'open',
      attached: true,
    },
    ...{ ...answers, page: 0, touchedAt: 0, shown: 0, reminded: false },
  } as Ask;
};
const POLICY: AskPolicy = { limitMs: null, remindMs: 300_000, quiet: null, words: wordsIn('en').asks };
const permission = asking('Bash', { command: 'x' });
let update = 0;
const tapped = (act: AskAct, at = 1): AskInput => ({ type: 'tapped', at, update: ++update, act });
/** Runs inputs one after the other; the state they lead to, and all effects. */
const run = (
  ask: Ask,
  inputs: readonly AskInput[],
  policy = POLICY,
): { ask: Ask; did: AskEffect['do'][] } => {
  const did: AskEffect['do'][] = [];
  for (const input of inputs) {
    const [next, effects] = step(ask, input, policy);
    ask = next;
    did.push(...effects.map((effect) => effect.do));
  }
  return { ask, did };
};

describe('a request', () => {
  it('is answered with the hook on the line, and shown as decided when the agent has it', () => {
    const first = run(permission, [tapped({ act: 'allow' })]);
    expect(first.did).toEqual(['audit', 'answer', 'say']);
    expect(run(first.ask, [{ type: 'taken', at: 2 }])).toMatchObject({
      ask: { phase: 'closed', outcome: 'taken', decision: { do: 'allow' } },
      did: ['show'],
    });
  });

  it('keeps what was decided while nobody was on the line, until the hook is back', () => {
    const away = run(permission, [{ type: 'restored', at: 1 }, tapped({ act: 'deny' }, 2)]);
    expect(away.did).toEqual(['audit', 'show', 'say']);
    expect(run(away.ask, [{ type: 'attached', at: 3 }]).did).toEqual(['answer']);
    expect(run(away.ask, [{ type: 'ticked', at: 1 + RETURN_MS }]).ask).toMatchObject({
      phase: 'closed',
      outcome: 'gone',
    });
  });

  it('stands again when it was given up and its hook comes after all', () => {
    const gone = run(permission, [
      { type: 'restored', at: 1 },
      { type: 'ticked', at: 1 + RETURN_MS },
    ]).ask;
    expect(gone.outcome).toBe('gone');
    expect(run(gone, [{ type: 'attached', at: 99_999 }])).toMatchObject({
      ask: { phase: 'open', attached: true },
      did: ['show'],
    });
  });

  it('lets a hook go that comes back for something that is over', () => {
    const over = run(permission, [{ type: 'over', at: 1, how: 'elsewhere' }]);
    expect(over.did).toEqual(['show', 'let-go']);
    expect(run(over.ask, [{ type: 'attached', at: 2 }]).did).toEqual(['let-go']);
  });

  it('takes an update once, even when it is handled again after a crash', () => {
    const asked = asking('AskUserQuestion', {
      questions: [{ question: 'q', multiSelect: true, options: [{ label: 'A' }, { label: 'B' }] }],
    });
    const tap = tapped({ act: 'choose', question: 0, option: 1 });
    expect(run(asked, [tap, tap]).ask.answers?.given[0]?.chosen).toEqual([1]);
  });

  it('waits ten minutes for a text, and not longer', () => {
    const writing = run(permission, [tapped({ act: 'reason' }, 5)]).ask;
    expect(run(writing, [{ type: 'wrote', at: 6, update: 999_999, text: 'no' }]).ask.decision).toEqual({
      do: 'deny',
      message: 'no',
    });
    const late = run(writing, [{ type: 'ticked', at: 5 + WRITING_MS }], { ...POLICY, remindMs: 0 });
    expect(late).toMatchObject({ did: ['show'] });
    expect(late.ask.writing).toBeUndefined();
  });

  it('is shown once more when nobody touched it, not in quiet hours, and never twice', () => {
    expect(deadline(permission, POLICY)).toBe(300_000);
    const again = run(permission, [{ type: 'ticked', at: 300_000 }]);
    expect(again).toMatchObject({ did: ['show-anew'], ask: { shown: 1, reminded: true } });
    expect(deadline(again.ask, POLICY)).toBeNull();
    const night = new Date(2026, 0, 5, 23, 0).getTime();
    const quiet = { ...POLICY, quiet: { from: 22 * 60, to: 7 * 60 } };
    const asleep = { ...permission, at: night, touchedAt: night };
    expect(deadline(asleep, quiet)).toBe(new Date(2026, 0, 6, 7, 0).getTime());
    expect(deadline(permission, { ...POLICY, remindMs: 0 })).toBeNull();
  });

  it('goes to the terminal when the agent cannot wait longer', () => {
    const limited = { ...POLICY, limitMs: 120_000 };
    expect(run(permission, [{ type: 'ticked', at: 120_000 }], limited)).toMatchObject({
      ask: { phase: 'closed', outcome: 'timeout' },
      did: ['show', 'let-go'],
    });
  });

  it('is allowed by a rule only when it is a permission', () => {
    expect(run(permission, [{ type: 'ruled', at: 1 }])).toMatchObject({
      ask: { byRule: true },
      did: ['audit', 'answer', 'say'],
    });
    const plan = asking('ExitPlanMode', { plan: 'p' });
    expect(run(plan, [{ type: 'ruled', at: 1 }])).toEqual({ ask: plan, did: [] });
  });

  it('is answered at most once with one decision, whatever happens in whatever order', () => {
    const acts: AskAct[] = [
      { act: 'allow' },
      { act: 'deny' },
      { act: 'reason' },
      { act: 'cancel' },
      { act: 'always', n: 0 },
      { act: 'again' },
      { act: 'page', n: 3 },
      { act: 'choose', question: 0, option: 0 },
    ];
    const anyInput: fc.Arbitrary<AskInput> = fc.oneof(
      fc
        .constantFrom<AskInput['type']>('attached', 'detached', 'restored', 'taken', 'ticked', 'ruled')
        .map((type) => ({ type, at: 500_000 }) as AskInput),
      fc
        .constantFrom<'elsewhere' | 'ended'>('elsewhere', 'ended')
        .map((how) => ({ type: 'over' as const, at: 1, how })),
      fc.constantFrom(...acts).map((act) => tapped(act)),
      fc.constant<AskInput>({ type: 'wrote', at: 1, update: -1, text: 'why' }),
    );
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 12 }), (inputs) => {
        let ask = permission;
        const decisions = new Set<string>();
        for (const input of inputs) {
          const [next, effects] = step(ask, input, POLICY);
          for (const effect of effects)
            if (effect.do === 'answer') decisions.add(JSON.stringify(effect.decision));
          if (ask.phase === 'closed' && ask.outcome !== 'gone') expect(next.phase).toBe('closed');
          ask = next;
        }
        expect(decisions.size).toBeLessThanOrEqual(1);
      }),
    );
  });
});
