import fc from 'fast-check';
import { claudeShapes } from '../../agents/claude/shapes';
import { permissionRequests } from '../../agents/permission';
import { deadline, step } from './machine';
import {
  newCopy,
  RETURN_MS,
  WRITING_MS,
  type AgentRequest,
  type Reply,
  type RequestAction,
  type RequestEffect,
  type RequestInput,
  type RequestPolicy,
  type TappedInput,
} from './model';
import { noAnswers } from './questions';
import { replyText } from './reply';
import { wordsIn } from '../../words/words';
import type { Language } from '../../words/language';
import { requestWords } from './words/words';

const port = permissionRequests({
  limitMs: null,
  subAgentLimitMs: null,
  planModes: ['default', 'auto'],
  shapes: claudeShapes,
  title: () => '',
});
const NONCE = 'n'.repeat(16);
const requestFor = (tool_name: string, tool_input: object): AgentRequest => {
  const asked = port.read({ tool_name, tool_input });
  if (asked === null) throw new Error('the payload asks for nothing');
  const request: AgentRequest = {
    id: 1,
    nonce: NONCE,
    request: 'r',
    session: 's',
    copies: [newCopy(7)],
    name: 'demo',
    at: 0,
    asked,
    phase: 'open',
    attached: true,
    touchedAt: 0,
    reminded: false,
  };
  if (asked.what.kind === 'questions') request.answers = noAnswers(asked.what.questions);
  return request;
};
const POLICY: RequestPolicy = { limitMs: null, remindMs: 300_000, quiet: null, chats: [7, 8] };
const permission = requestFor('Bash', { command: 'x' });
const choice = requestFor('AskUserQuestion', {
  questions: [{ question: 'q', multiSelect: true, options: [{ label: 'A' }, { label: 'B' }] }],
});
let update = 0;
const tapped = (action: RequestAction, at = 1, by = 7): RequestInput => ({
  type: 'tapped',
  at,
  update: ++update,
  by,
  nonce: NONCE,
  isOnCopy: true,
  action,
});
/** Runs inputs one after the other. Returns the last state and all effects. */
const run = (
  before: AgentRequest,
  inputs: readonly RequestInput[],
  policy = POLICY,
): { request: AgentRequest; did: RequestEffect['do'][] } => {
  const did: RequestEffect['do'][] = [];
  let request = before;
  for (const input of inputs) {
    const [next, effects] = step(request, input, policy);
    request = next;
    did.push(...effects.map((effect) => effect.do));
  }
  return { request, did };
};
/** The reply to an input, in a language. */
const replyIn = (language: Language, request: AgentRequest, input: RequestInput): string | undefined => {
  const [, effects] = step(request, input, POLICY);
  const reply = effects.find(
    (effect): effect is Extract<RequestEffect, { do: 'say' }> => effect.do === 'say',
  );
  if (reply === undefined) return undefined;
  return replyText(reply, request, wordsIn(language).of(requestWords), (chatId) => `N${chatId}`);
};

describe('a tap', () => {
  const allow = tapped({ act: 'allow' }) as TappedInput;
  const replyTo = (request: AgentRequest, input: RequestInput) => {
    const [next, effects] = step(request, input, POLICY);
    expect(next).toBe(request);
    return effects;
  };

  it('decides nothing on a button of another request with the same number', () => {
    expect(replyTo(permission, { ...allow, nonce: 'o'.repeat(16) })).toEqual([
      { do: 'say', to: 7, code: 'stale' },
    ]);
  });

  it('decides nothing on an earlier message of the request, and can still bring it down', () => {
    expect(replyTo(permission, { ...allow, isOnCopy: false })).toEqual([{ do: 'say', to: 7, code: 'stale' }]);
    const again: RequestInput = { ...allow, isOnCopy: false, action: { act: 'again' } };
    expect(run(permission, [again]).did).toEqual(['show-again', 'say']);
  });

  it('decides nothing on a request of an earlier ccbot, until its buttons carry a nonce', () => {
    const old = { ...permission, nonce: '' };
    for (const nonce of ['', NONCE])
      expect(replyTo(old, { ...allow, nonce })).toMatchObject([{ code: 'stale' }]);
    for (const type of ['restored', 'attached'] as const) {
      const renewed = run(old, [{ type, at: 1, nonce: NONCE }]);
      expect(renewed).toMatchObject({ request: { nonce: NONCE }, did: ['show'] });
      expect(run(renewed.request, [allow]).request.phase).toBe('decided');
    }
    const renewed = run(permission, [{ type: 'restored', at: 1, nonce: 'x' }]);
    expect(renewed).toMatchObject({ request: { nonce: NONCE }, did: [] });
  });
});

describe('a request', () => {
  it('is answered through a connected hook, and shown as decided when the agent has the answer', () => {
    const first = run(permission, [tapped({ act: 'allow' })]);
    expect(first.did).toEqual(['audit', 'answer', 'say']);
    expect(run(first.request, [{ type: 'taken', at: 2 }])).toMatchObject({
      request: { phase: 'closed', outcome: 'taken', decision: { do: 'allow' } },
      did: ['show'],
    });
  });

  it('keeps a decision that was made without a connected hook until the hook is back', () => {
    const away = run(permission, [{ type: 'restored', at: 1, nonce: 'x' }, tapped({ act: 'deny' }, 2)]);
    expect(away.did).toEqual(['audit', 'show', 'say']);
    expect(run(away.request, [{ type: 'attached', at: 3, nonce: 'x' }]).did).toEqual(['answer']);
    expect(run(away.request, [{ type: 'ticked', at: 1 + RETURN_MS }]).request).toMatchObject({
      phase: 'closed',
      outcome: 'gone',
    });
  });

  it('opens again when its hook comes back after it was given up', () => {
    const gone = run(permission, [
      { type: 'restored', at: 1, nonce: 'x' },
      { type: 'ticked', at: 1 + RETURN_MS },
    ]).request;
    expect(gone.outcome).toBe('gone');
    expect(run(gone, [{ type: 'attached', at: 99_999, nonce: 'x' }])).toMatchObject({
      request: { phase: 'open', attached: true },
      did: ['show'],
    });
  });

  it('releases a hook that comes back for a request that is over', () => {
    const over = run(permission, [{ type: 'over', at: 1, how: 'elsewhere' }]);
    expect(over.did).toEqual(['show', 'release']);
    expect(run(over.request, [{ type: 'attached', at: 2, nonce: 'x' }]).did).toEqual(['release']);
  });

  it('handles an update once, even when it comes again after a crash', () => {
    const tap = tapped({ act: 'choose', question: 0, option: 1 });
    expect(run(choice, [tap, tap]).request.answers?.given[0]?.chosen).toEqual([1]);
  });

  it('waits ten minutes for a text, and no longer', () => {
    const writing = run(permission, [tapped({ act: 'reason' }, 5)]).request;
    const inTime = run(writing, [{ type: 'wrote', at: 6, update: 999_999, by: 7, text: 'no' }]).request;
    expect(inTime.decision).toEqual({ do: 'deny', message: 'no' });
    const late = run(writing, [{ type: 'ticked', at: 5 + WRITING_MS }], { ...POLICY, remindMs: 0 });
    expect(late).toMatchObject({ did: ['show'] });
    expect(late.request.copies).toEqual([expect.not.objectContaining({ writing: expect.anything() })]);
  });

  it('is sent again once when nobody reacts, but not in quiet hours', () => {
    expect(deadline(permission, POLICY)).toBe(300_000);
    const again = run(permission, [{ type: 'ticked', at: 300_000 }]);
    expect(again).toMatchObject({
      did: ['show-again'],
      request: { copies: [{ shown: 1 }, { chatId: 8 }], reminded: true },
    });
    expect(deadline(again.request, POLICY)).toBeNull();
    const night = new Date(2026, 0, 5, 23, 0).getTime();
    const quiet = { ...POLICY, quiet: { from: 22 * 60, to: 7 * 60 } };
    const atNight = { ...permission, at: night, touchedAt: night };
    expect(deadline(atNight, quiet)).toBe(new Date(2026, 0, 6, 7, 0).getTime());
    expect(deadline(permission, { ...POLICY, remindMs: 0 })).toBeNull();
  });

  it('goes to the terminal when the agent cannot wait longer', () => {
    const limited = { ...POLICY, limitMs: 120_000 };
    expect(run(permission, [{ type: 'ticked', at: 120_000 }], limited)).toMatchObject({
      request: { phase: 'closed', outcome: 'timeout' },
      did: ['show', 'release'],
    });
  });

  it('is allowed by a rule only if it is a permission', () => {
    expect(run(permission, [{ type: 'allowed-by-rule', at: 1 }])).toMatchObject({
      request: { byRule: true },
      did: ['audit', 'answer'],
    });
    const plan = requestFor('ExitPlanMode', { plan: 'p' });
    expect(run(plan, [{ type: 'allowed-by-rule', at: 1 }])).toEqual({ request: plan, did: [] });
  });
});

/** Any input, in any order. Chat 9 has no copy. */
const anyInput = (): fc.Arbitrary<RequestInput> => {
  const actions: RequestAction[] = [
    { act: 'allow' },
    { act: 'deny' },
    { act: 'reason' },
    { act: 'cancel' },
    { act: 'always', n: 0 },
    { act: 'again' },
    { act: 'page', n: 3 },
    { act: 'choose', question: 0, option: 0 },
  ];
  return fc.oneof(
    fc
      .constantFrom<RequestInput['type']>(
        'attached',
        'detached',
        'restored',
        'taken',
        'ticked',
        'allowed-by-rule',
      )
      .map((type) => ({ type, at: 500_000, nonce: 'x' }) as RequestInput),
    fc
      .constantFrom<'elsewhere' | 'ended'>('elsewhere', 'ended')
      .map((how) => ({ type: 'over' as const, at: 1, how })),
    fc
      .tuple(fc.constantFrom(...actions), fc.constantFrom(7, 8, 9))
      .map(([action, by]) => tapped(action, 1, by)),
    fc.constantFrom(7, 8).map((by) => ({ type: 'joined' as const, at: 1, by })),
    fc
      .constantFrom(7, 8)
      .map((by) => ({ type: 'wrote' as const, at: 1, update: -by, by, text: `why ${by}` })),
  );
};

it('answers a request at most once with one decision, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(anyInput(), { maxLength: 12 }), (inputs) => {
      let request = permission;
      const decisions = new Set<string>();
      for (const input of inputs) {
        const [next, effects] = step(request, input, POLICY);
        for (const effect of effects)
          if (effect.do === 'answer') decisions.add(JSON.stringify(effect.decision));
        if (request.phase === 'closed' && request.outcome !== 'gone') expect(next.phase).toBe('closed');
        request = next;
      }
      expect(decisions.size).toBeLessThanOrEqual(1);
    }),
  );
});

describe('a log of inputs', () => {
  interface Logged {
    request: AgentRequest;
    policy: RequestPolicy;
    inputs: RequestInput[];
  }
  const replay = (log: string): ReturnType<typeof step>[] => {
    const { request, policy, inputs } = JSON.parse(log) as Logged;
    const steps: ReturnType<typeof step>[] = [];
    for (const input of inputs) steps.push(step(steps.at(-1)?.[0] ?? request, input, policy));
    return steps;
  };

  it('leads to the states and effects that it led to before', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(permission, choice),
        fc.array(anyInput(), { maxLength: 12 }),
        (request, inputs) => {
          const steps: ReturnType<typeof step>[] = [];
          for (const input of inputs) steps.push(step(steps.at(-1)?.[0] ?? request, input, POLICY));
          const log = JSON.stringify({ request, policy: POLICY, inputs });
          expect(replay(log)).toEqual(steps);
          // Effects can be logged too: they hold codes and values, no texts and no functions.
          expect(JSON.parse(JSON.stringify(steps))).toEqual(steps);
        },
      ),
    );
  });

  it('is readable: a reminder, a text that comes too late, and the answer', () => {
    const inputs = [
      '{"type":"ticked","at":300000}',
      '{"type":"tapped","at":300001,"update":1,"by":7,"nonce":"nnnnnnnnnnnnnnnn","isOnCopy":true,"action":{"act":"reason"}}',
      '{"type":"tapped","at":300002,"update":2,"by":8,"nonce":"nnnnnnnnnnnnnnnn","isOnCopy":true,"action":{"act":"allow"}}',
      '{"type":"wrote","at":300003,"update":3,"by":7,"text":"not on a Friday"}',
      '{"type":"tapped","at":300004,"update":4,"by":7,"nonce":"nnnnnnnnnnnnnnnn","isOnCopy":true,"action":{"act":"deny"}}',
      '{"type":"taken","at":300005}',
    ];
    const log = `{"request":${JSON.stringify(permission)},"policy":${JSON.stringify(POLICY)},"inputs":[${inputs.join()}]}`;
    const decision = { do: 'allow' };
    expect(replay(log).map(([{ phase, by, outcome }, effects]) => ({ phase, by, outcome, effects }))).toEqual(
      [
        { phase: 'open', effects: [{ do: 'show-again', old: [newCopy(7)] }] },
        { phase: 'open', effects: [{ do: 'show' }, { do: 'say', to: 7, code: 'write', what: 'reason' }] },
        {
          phase: 'decided',
          by: 8,
          effects: [
            { do: 'audit' },
            { do: 'answer', decision },
            { do: 'say', to: 8, code: 'decided', decision },
          ],
        },
        { phase: 'decided', by: 8, effects: [] },
        { phase: 'decided', by: 8, effects: [{ do: 'say', to: 7, code: 'answered-by', by: 8, decision }] },
        { phase: 'closed', by: 8, outcome: 'taken', effects: [{ do: 'show' }] },
      ],
    );
  });
});

describe('a request that several users have', () => {
  const shared: AgentRequest = { ...permission, copies: [newCopy(7), newCopy(8)] };

  it('is decided by the first tap, and tells the others by whom, each in their language', () => {
    const { request, did } = run(shared, [tapped({ act: 'allow' }, 1, 8), tapped({ act: 'deny' }, 2, 7)]);
    expect(did.filter((effect) => effect === 'answer')).toHaveLength(1);
    expect(request).toMatchObject({ phase: 'decided', by: 8, decision: { do: 'allow' } });
    expect(replyIn('en', request, tapped({ act: 'deny' }, 3, 7))).toBe('Answered by N8: Allow');
    expect(replyIn('ru', request, tapped({ act: 'deny' }, 3, 9))).toBe('Ответ от N8: Разрешить');
    expect(replyIn('en', request, tapped({ act: 'deny' }, 3, 8))).toBe('This request was already answered.');
  });

  it('handles the update of each user once, whatever the other does in between', () => {
    const both = { ...choice, copies: shared.copies };
    const first = tapped({ act: 'choose', question: 0, option: 0 }, 1, 7);
    const second = tapped({ act: 'choose', question: 0, option: 1 }, 1, 8);
    expect(run(both, [first, second, first, second]).request.answers?.given[0]?.chosen).toEqual([0, 1]);
  });

  it('lets both write at once and takes the first text; a user who does not write can still tap', () => {
    const writing = run(shared, [tapped({ act: 'reason' }, 1, 7), tapped({ act: 'reason' }, 1, 8)]).request;
    const wrote = (by: number): RequestInput => ({
      type: 'wrote',
      at: 2,
      update: ++update,
      by,
      text: `of ${by}`,
    });
    expect(run(writing, [wrote(8), wrote(7)])).toMatchObject({
      request: { by: 8, decision: { do: 'deny', message: 'of 8' } },
      did: ['audit', 'answer', 'say'],
    });
    const firstWrites = run(shared, [tapped({ act: 'reason' }, 1, 7)]).request;
    expect(run(firstWrites, [wrote(8)]).did).toEqual([]);
    expect(run(firstWrites, [tapped({ act: 'allow' }, 2, 8)]).request).toMatchObject({
      by: 8,
      phase: 'decided',
    });
  });

  it('is sent again only for the user who taps', () => {
    const { request } = run(shared, [tapped({ act: 'page', n: 2 }, 1, 7), tapped({ act: 'again' }, 1, 8)]);
    expect(request.copies).toMatchObject([
      { chatId: 7, shown: 0 },
      { chatId: 8, shown: 1 },
    ]);
    expect(run(shared, [{ type: 'ticked', at: 300_000 }]).request.copies).toMatchObject([
      { shown: 1 },
      { shown: 1 },
    ]);
  });

  it('goes to every user when none of those who have it reacts', () => {
    const all = { ...POLICY, chats: [7, 8, 9] };
    expect(run(shared, [{ type: 'ticked', at: 300_000 }], all).request.copies).toMatchObject([
      { chatId: 7, shown: 1 },
      { chatId: 8, shown: 1 },
      { chatId: 9, shown: 0 },
    ]);
  });

  it('goes once to a user who joins or takes it from a list, and nobody without it can answer', () => {
    const joined = run(permission, [
      { type: 'joined', at: 1, by: 8 },
      { type: 'joined', at: 1, by: 8 },
    ]);
    expect(joined).toMatchObject({ request: { copies: [{ chatId: 7 }, { chatId: 8 }] }, did: ['show'] });
    expect(run(permission, [tapped({ act: 'allow' }, 1, 8)])).toMatchObject({
      request: { phase: 'open' },
      did: ['say'],
    });
    const taken = run(permission, [tapped({ act: 'again' }, 1, 8), tapped({ act: 'allow' }, 1, 8)]);
    expect(taken.request).toMatchObject({ by: 8, copies: [{ chatId: 7 }, { chatId: 8, shown: 0 }] });
  });

  it('is taken from those who may not use ccbot any more, and goes to others when nobody is left', () => {
    const only = (chats: number[]): RequestInput => ({ type: 'users-changed', at: 1, chats, instead: [9] });
    expect(run(shared, [only([7, 8])]).did).toEqual([]);
    expect(run(shared, [only([8, 9])]).request.copies).toEqual([newCopy(8)]);
    expect(run(shared, [only([9])]).request.copies).toEqual([newCopy(9)]);
  });

  it('is allowed in the name of the user who turned the rule on', () => {
    expect(run(shared, [{ type: 'allowed-by-rule', at: 1, by: 8 }]).request).toMatchObject({
      by: 8,
      byRule: true,
    });
  });
});

it('has words for every reply but a tap that simply worked', () => {
  const allow = { do: 'allow' } as const;
  const replies: Reply[] = [
    { code: 'expired' },
    { code: 'already-decided' },
    { code: 'answered-by', by: 8, decision: { do: 'deny', message: 'no' } },
    { code: 'decided', decision: allow },
    { code: 'write', what: 'reason' },
    { code: 'cancelled' },
    { code: 'choose-one' },
  ];
  const say = (reply: Reply): string | undefined =>
    replyText(reply, permission, wordsIn('en').of(requestWords), (chatId) => `N${chatId}`);
  expect(replies.map(say)).toEqual([
    'This request is closed.',
    'This request was already answered.',
    'Answered by N8: Deny, “no”',
    'Allowed.',
    'Write the reason. Your next message goes to the agent.',
    'Cancelled. Choose an answer.',
    'Choose at least one option, or write an answer.',
  ]);
  expect(say({ code: 'ok' })).toBeUndefined();
});

describe('a request that is not shown yet', () => {
  const secret: AgentRequest = { ...permission, secrets: true };
  const long: AgentRequest = { ...permission, fit: 'file' };
  const settled = (more: Partial<Extract<RequestInput, { type: 'file-settled' }>> = {}): RequestInput => ({
    type: 'file-settled',
    at: 2,
    by: 7,
    shown: 0,
    masked: false,
    ...more,
  });
  const allow = tapped({ act: 'allow' });

  it.each([
    ['masked', secret],
    ['too large', { ...permission, fit: 'terminal' as const }],
    ['waiting for its file', long],
    ['without its file', run(long, [settled({ why: 'refused' })]).request],
  ])('cannot be allowed while it is %s, but denied', (_, request) => {
    const late = run(request, [tapped({ act: 'allow' }), tapped({ act: 'always', n: 0 })]);
    expect(late.request.phase).toBe('open');
    expect(late.did).toEqual(['show', 'say', 'show', 'say']);
    expect(replyIn('en', request, tapped({ act: 'allow' }))).toContain('Not everything was shown yet');
    expect(run(request, [tapped({ act: 'deny' })]).request.decision).toMatchObject({ do: 'deny' });
  });

  it('can be allowed when its secrets are shown, in the chat that shows them', () => {
    const both: AgentRequest = { ...secret, copies: [newCopy(7), newCopy(8)] };
    const { request } = run(both, [tapped({ act: 'unmask' }, 1, 7)]);
    expect(run(request, [tapped({ act: 'allow' }, 2, 8)]).request.phase).toBe('open');
    expect(run(request, [tapped({ act: 'allow' }, 2, 7)]).request.phase).toBe('decided');
  });

  it('can be allowed when its file is in the chat, as it should be now', () => {
    expect(run(long, [settled(), allow]).request.phase).toBe('decided');
    expect(run(long, [settled({ shown: 1 }), tapped({ act: 'allow' })]).request.phase).toBe('open');
    const both: AgentRequest = { ...long, secrets: true };
    const unmasked = run(both, [settled({ masked: true }), tapped({ act: 'unmask' })]).request;
    expect(run(unmasked, [tapped({ act: 'allow' })]).request.phase).toBe('open');
    expect(run(unmasked, [settled(), tapped({ act: 'allow' })]).request.phase).toBe('decided');
  });

  it('forgets what was shown when it is sent again, and asks for its file after a restart', () => {
    const both: AgentRequest = { ...long, secrets: true };
    const shown = run(both, [tapped({ act: 'unmask' }), settled()]).request;
    expect(run(shown, [tapped({ act: 'again' })]).request.copies).toEqual([
      { chatId: 7, shown: 1, lastUpdate: expect.any(Number) as number },
    ]);
    expect(run(both, [{ type: 'restored', at: 3, nonce: 'x' }]).did).toEqual(['show']);
    expect(run(shown, [{ type: 'restored', at: 3, nonce: 'x' }]).did).toEqual([]);
  });

  it('masks the file again when it is decided', () => {
    const both: AgentRequest = { ...long, secrets: true };
    const decided = run(both, [tapped({ act: 'unmask' }), tapped({ act: 'deny' })]).request;
    expect(run(decided, [settled()]).request.copies[0]?.file).toBeUndefined();
    expect(run(decided, [settled({ masked: true })]).request.copies[0]?.file).toEqual({
      masked: true,
      is: 'sent',
    });
  });
});
