import fc from 'fast-check';
import { permissionAsks } from '../../agents/permission';
import { deadline, step, type RequestEffect, type RequestInput, type RequestPolicy } from './machine';
import { newCopy, RETURN_MS, WRITING_MS, type AgentRequest, type RequestAction } from './model';
import { noAnswers } from './questions';
import { wordsIn } from '../../words/words';

const port = permissionAsks({
  limitMs: null,
  subAgentLimitMs: null,
  planModes: ['default', 'auto'],
  title: () => '',
});
const asking = (tool_name: string, tool_input: object): AgentRequest => {
  const asked = port.read({ tool_name, tool_input });
  if (asked === null) throw new Error('nothing is asked');
  const answers = asked.what.kind === 'questions' ? { answers: noAnswers(asked.what.questions) } : {};
  return {
    ...{
      id: 1,
      request: 'r',
      session: 's',
      copies: [newCopy(7)],
      name: 'demo',
      at: 0,
      asked,
      phase: 'open',
      attached: true,
    },
    ...{ ...answers, touchedAt: 0, reminded: false },
  } as AgentRequest;
};
const POLICY: RequestPolicy = {
  ...{ limitMs: null, remindMs: 300_000, quiet: null, chats: [7, 8] },
  wordsOf: (chatId) => wordsIn(chatId === 9 ? 'ru' : 'en').asks,
  nameOf: (chatId) => `N${chatId}`,
};
const permission = asking('Bash', { command: 'x' });
let update = 0;
const tapped = (act: RequestAction, at = 1, by = 7): RequestInput => ({
  ...{ type: 'tapped', at, update: ++update, by, act },
});
/** Runs inputs one after the other; the state they lead to, and all effects. */
const run = (
  ask: AgentRequest,
  inputs: readonly RequestInput[],
  policy = POLICY,
): { ask: AgentRequest; did: RequestEffect['do'][] } => {
  const did: RequestEffect['do'][] = [];
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
    expect(run(writing, [{ type: 'wrote', at: 6, update: 999_999, by: 7, text: 'no' }]).ask.decision).toEqual(
      {
        do: 'deny',
        message: 'no',
      },
    );
    const late = run(writing, [{ type: 'ticked', at: 5 + WRITING_MS }], { ...POLICY, remindMs: 0 });
    expect(late).toMatchObject({ did: ['show'] });
    expect(late.ask.copies).toEqual([expect.not.objectContaining({ writing: expect.anything() })]);
  });

  it('is shown once more when nobody touched it, not in quiet hours, and never twice', () => {
    expect(deadline(permission, POLICY)).toBe(300_000);
    const again = run(permission, [{ type: 'ticked', at: 300_000 }]);
    expect(again).toMatchObject({
      did: ['show-anew'],
      ask: { copies: [{ shown: 1 }, { chatId: 8 }], reminded: true },
    });
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
      did: ['audit', 'answer'],
    });
    const plan = asking('ExitPlanMode', { plan: 'p' });
    expect(run(plan, [{ type: 'ruled', at: 1 }])).toEqual({ ask: plan, did: [] });
  });

  it('is answered at most once with one decision, whatever happens in whatever order', () => {
    const acts: RequestAction[] = [
      { act: 'allow' },
      { act: 'deny' },
      { act: 'reason' },
      { act: 'cancel' },
      { act: 'always', n: 0 },
      { act: 'again' },
      { act: 'page', n: 3 },
      { act: 'choose', question: 0, option: 0 },
    ];
    const anyInput: fc.Arbitrary<RequestInput> = fc.oneof(
      fc
        .constantFrom<RequestInput['type']>('attached', 'detached', 'restored', 'taken', 'ticked', 'ruled')
        .map((type) => ({ type, at: 500_000 }) as RequestInput),
      fc
        .constantFrom<'elsewhere' | 'ended'>('elsewhere', 'ended')
        .map((how) => ({ type: 'over' as const, at: 1, how })),
      fc.tuple(fc.constantFrom(...acts), fc.constantFrom(7, 8, 9)).map(([act, by]) => tapped(act, 1, by)),
      fc.constantFrom(7, 8).map((by) => ({ type: 'joined' as const, at: 1, by })),
      fc
        .constantFrom(7, 8)
        .map((by) => ({ type: 'wrote' as const, at: 1, update: -by, by, text: `why ${by}` })),
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

describe('a request before several people', () => {
  const shared: AgentRequest = { ...permission, copies: [newCopy(7), newCopy(8)] };
  const said = (ask: AgentRequest, input: RequestInput): string | undefined => {
    const [, effects] = step(ask, input, POLICY);
    return effects.flatMap((effect) => (effect.do === 'say' ? [effect.text] : []))[0];
  };

  it('is decided by whoever taps first, and tells the others by whom, each in their language', () => {
    const { ask, did } = run(shared, [tapped({ act: 'allow' }, 1, 8), tapped({ act: 'deny' }, 2, 7)]);
    expect(did.filter((effect) => effect === 'answer')).toHaveLength(1);
    expect(ask).toMatchObject({ phase: 'decided', by: 8, decision: { do: 'allow' } });
    expect(said(ask, tapped({ act: 'deny' }, 3, 7))).toBe('Answered by N8: ✓ Allowed.');
    expect(said(ask, tapped({ act: 'deny' }, 3, 9))).toBe('Ответ дал(а) N8: ✓ Разрешено.');
    expect(said(ask, tapped({ act: 'deny' }, 3, 8))).toBe('Already decided.');
  });

  it('takes the update of each once, whatever the other did in between', () => {
    const asked = asking('AskUserQuestion', {
      questions: [{ question: 'q', multiSelect: true, options: [{ label: 'A' }, { label: 'B' }] }],
    });
    const both = { ...asked, copies: shared.copies };
    const mine = tapped({ act: 'choose', question: 0, option: 0 }, 1, 7);
    const theirs = tapped({ act: 'choose', question: 0, option: 1 }, 1, 8);
    expect(run(both, [mine, theirs, mine, theirs]).ask.answers?.given[0]?.chosen).toEqual([0, 1]);
  });

  it('lets both write at once, and takes the first text; who only reads can still tap', () => {
    const writing = run(shared, [tapped({ act: 'reason' }, 1, 7), tapped({ act: 'reason' }, 1, 8)]).ask;
    const wrote = (by: number): RequestInput => ({
      type: 'wrote',
      at: 2,
      update: ++update,
      by,
      text: `of ${by}`,
    });
    expect(run(writing, [wrote(8), wrote(7)])).toMatchObject({
      ask: { by: 8, decision: { do: 'deny', message: 'of 8' } },
      did: ['audit', 'answer', 'say'],
    });
    const one = run(shared, [tapped({ act: 'reason' }, 1, 7)]).ask;
    expect(run(one, [wrote(8)]).did).toEqual([]);
    expect(run(one, [tapped({ act: 'allow' }, 2, 8)]).ask).toMatchObject({ by: 8, phase: 'decided' });
  });

  it('turns pages, and comes anew, only for the person who wants it', () => {
    const { ask } = run(shared, [tapped({ act: 'page', n: 2 }, 1, 7), tapped({ act: 'again' }, 1, 8)]);
    expect(ask.copies).toMatchObject([
      { chatId: 7, page: 2, shown: 0 },
      { chatId: 8, page: 0, shown: 1 },
    ]);
    expect(run(shared, [{ type: 'ticked', at: 300_000 }]).ask.copies).toMatchObject([
      { shown: 1 },
      { shown: 1 },
    ]);
  });

  it('comes to everybody when none of those who have it touched it', () => {
    const all = { ...POLICY, chats: [7, 8, 9] };
    expect(run(shared, [{ type: 'ticked', at: 300_000 }], all).ask.copies).toMatchObject([
      { chatId: 7, shown: 1 },
      { chatId: 8, shown: 1 },
      { chatId: 9, shown: 0 },
    ]);
  });

  it('comes to whoever joins or takes it from a list, once, and is answered by nobody who has it not', () => {
    const joined = run(permission, [
      { type: 'joined', at: 1, by: 8 },
      { type: 'joined', at: 1, by: 8 },
    ]);
    expect(joined).toMatchObject({ ask: { copies: [{ chatId: 7 }, { chatId: 8 }] }, did: ['show'] });
    expect(run(permission, [tapped({ act: 'allow' }, 1, 8)])).toMatchObject({
      ask: { phase: 'open' },
      did: ['say'],
    });
    const taken = run(permission, [tapped({ act: 'again' }, 1, 8), tapped({ act: 'allow' }, 1, 8)]);
    expect(taken.ask).toMatchObject({ by: 8, copies: [{ chatId: 7 }, { chatId: 8, shown: 0 }] });
  });

  it('goes from those who may not use ccbot any more, and to others where nobody is left', () => {
    const only = (chats: number[]): RequestInput => ({ type: 'allowed', at: 1, chats, instead: [9] });
    expect(run(shared, [only([7, 8])]).did).toEqual([]);
    expect(run(shared, [only([8, 9])]).ask.copies).toEqual([newCopy(8)]);
    expect(run(shared, [only([9])]).ask.copies).toEqual([newCopy(9)]);
  });

  it('is allowed in the name of who turned the rule on', () => {
    expect(run(shared, [{ type: 'ruled', at: 1, by: 8 }]).ask).toMatchObject({ by: 8, byRule: true });
  });
});
