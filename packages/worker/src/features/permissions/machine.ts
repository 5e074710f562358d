import type { RequestDecision } from '../../agents/model';
import { decide, tapped, withAudit, wrote } from './acts';
import { allowed, anew, notWriting } from './copies';
import {
  copyIn,
  isWriting,
  newCopy,
  RETURN_MS,
  WRITING_MS,
  type AgentRequest,
  type RequestAction,
  type RequestCopy,
  type Outcome,
} from './model';
import { quietUntil, type QuietHours } from './quiet-hours';
import type { RequestWords } from '../../words/topics/asks';

/** What happens to a request. `at` is ms since the epoch; `update` the Telegram update it came with, from the chat `by`. */
export type RequestInput =
  /** The hook is on the line: for the first time, or again. */
  | { type: 'attached'; at: number }
  /** The line is cut: the agent ended its hook, or killed it. */
  | { type: 'detached'; at: number }
  /** ccbot begins; who waits has yet to come back. */
  | { type: 'restored'; at: number }
  /** The agent has what was answered. */
  | { type: 'taken'; at: number }
  | { type: 'tapped'; at: number; update: number; by: number; act: RequestAction }
  /** The text that was asked for. */
  | { type: 'wrote'; at: number; update: number; by: number; text: string }
  /** A rule allows it; `by`: of this person, who has just turned it on. */
  | { type: 'ruled'; at: number; by?: number }
  /** This person is to see it as well. */
  | { type: 'joined'; at: number; by: number }
  /** Only these may use ccbot now; `instead` are asked where nobody is left. */
  | { type: 'allowed'; at: number; chats: readonly number[]; instead: readonly number[] }
  /** The agent went on without us, or is gone. */
  | { type: 'over'; at: number; how: 'elsewhere' | 'ended' }
  /** Time passes. */
  | { type: 'ticked'; at: number };

/** What is to be done about it. The first group is written with the state, the second follows the commit. */
export type RequestEffect =
  | { do: 'show' }
  /** The same, and these messages go. */
  | { do: 'show-anew'; old: readonly Pick<RequestCopy, 'chatId' | 'shown'>[] }
  /** For the log: who allowed what. */
  | { do: 'audit' }
  // after the commit
  | { do: 'answer'; decision: RequestDecision }
  /** The hook is to end and print nothing: the terminal decides, or has decided. */
  | { do: 'let-go' }
  /** The tap's own answer. */
  | { do: 'say'; text: string };

/** How long is waited for what. */
export interface RequestPolicy {
  /** How long the agent can wait, ms; null: without end. */
  limitMs: number | null;
  /** A request this old that nobody touched is put before those who have it once more, and before everybody else, ms; 0: never. */
  remindMs: number;
  /** The chats of the people who may use ccbot. */
  chats: readonly number[];
  quiet: QuietHours | null;
  /** What a person is told, in the language of their chat. */
  wordsOf(chatId: number): RequestWords;
  /** The name of a person, for the others. */
  nameOf(chatId: number): string;
}

/** What comes of an input: the request as it is then, and what is to be done. */
export type RequestStep = [AgentRequest, RequestEffect[]];

/** Decides what one input means for a request. What comes late or twice changes nothing. */
export function step(ask: AgentRequest, input: RequestInput, policy: RequestPolicy): RequestStep {
  switch (input.type) {
    case 'attached':
      return attached(ask);
    case 'detached':
      if (ask.phase === 'closed') return [{ ...ask, attached: false }, []];
      return close({ ...ask, attached: false, detachedAt: input.at }, 'withdrawn');
    case 'restored': {
      if (ask.phase === 'closed') return [ask, []];
      const away: AgentRequest = { ...ask, attached: false, detachedAt: input.at };
      return [away, ask.phase === 'decided' ? [{ do: 'show' }] : []];
    }
    case 'taken':
      return ask.phase === 'decided' ? close(ask, 'taken') : [ask, []];
    case 'tapped':
      return tapped(ask, input, policy);
    case 'wrote':
      return wrote(ask, input, policy.wordsOf(input.by));
    case 'ruled':
      if (ask.phase !== 'open' || ask.asked.what.kind !== 'permission') return [ask, []];
      return withAudit(decide({ ...ask, byRule: true }, { do: 'allow' }, input.by));
    case 'joined':
      if (ask.phase !== 'open' || copyIn(ask, input.by) !== undefined) return [ask, []];
      return [{ ...ask, copies: [...ask.copies, newCopy(input.by)] }, [{ do: 'show' }]];
    case 'allowed':
      return allowed(ask, input);
    case 'over':
      return over(ask, input.how);
    case 'ticked':
      return ticked(ask, input.at, policy);
  }
}

/** When time alone changes something about a request, ms since the epoch; null: it waits for somebody. */
export function deadline(ask: AgentRequest, policy: RequestPolicy): number | null {
  if (ask.phase === 'closed') return null;
  const times = [
    ...(ask.attached ? [] : [(ask.detachedAt ?? ask.at) + RETURN_MS]),
    ...ask.copies.flatMap(({ writing }) =>
      ask.phase === 'open' && writing !== undefined ? [writing.at + WRITING_MS] : [],
    ),
    ...(ask.phase === 'open' && policy.limitMs !== null ? [ask.at + policy.limitMs] : []),
    ...(reminderAt(ask, policy) ?? []),
  ];
  return times.length === 0 ? null : Math.min(...times);
}

/** When the person is reminded, as a list of one or none. */
function reminderAt(ask: AgentRequest, { remindMs, quiet }: RequestPolicy): [number] | null {
  if (ask.phase !== 'open' || ask.reminded || !ask.attached || remindMs === 0) return null;
  const at = Math.max(ask.at, ask.touchedAt) + remindMs;
  return [quietUntil(quiet, at) ?? at];
}

function attached(ask: AgentRequest): RequestStep {
  const here: AgentRequest = { ...ask, attached: true };
  delete here.detachedAt;
  switch (ask.phase) {
    case 'open':
      return [here, []];
    case 'decided':
      return ask.decision === undefined ? [here, []] : [here, [{ do: 'answer', decision: ask.decision }]];
    case 'closed': {
      // It was given up too early: the hook is there after all, and what stood before stands again.
      if (ask.outcome !== 'gone') return [here, [{ do: 'let-go' }]];
      const { outcome, ...again } = here;
      void outcome;
      const phase = ask.decision === undefined ? 'open' : 'decided';
      const effects: RequestEffect[] = [{ do: 'show' }];
      if (ask.decision !== undefined) effects.push({ do: 'answer', decision: ask.decision });
      return [{ ...again, phase }, effects];
    }
  }
}

function over(ask: AgentRequest, how: 'elsewhere' | 'ended'): RequestStep {
  if (ask.phase === 'closed') return [ask, []];
  // Decided and on the line: the agent goes on because of the answer, and says in a moment that it has it.
  if (ask.phase === 'decided' && ask.attached && how === 'elsewhere') return [ask, []];
  const [closed, effects] = close(ask, how);
  return [closed, [...effects, { do: 'let-go' }]];
}

function ticked(ask: AgentRequest, at: number, policy: RequestPolicy): RequestStep {
  if (ask.phase === 'closed') return [ask, []];
  if (!ask.attached && at >= (ask.detachedAt ?? ask.at) + RETURN_MS) return close(ask, 'gone');
  if (ask.phase !== 'open') return [ask, []];
  if (policy.limitMs !== null && at >= ask.at + policy.limitMs) {
    const [closed, effects] = close(ask, 'timeout');
    return [closed, [...effects, { do: 'let-go' }]];
  }
  let next = ask;
  const effects: RequestEffect[] = [];
  for (const copy of ask.copies) {
    if (copy.writing === undefined || isWriting(ask, copy, at)) continue;
    next = notWriting(next, copy.chatId);
    effects.push({ do: 'show' });
  }
  const [due] = reminderAt(next, policy) ?? [];
  if (due === undefined || at < due) return [next, effects];
  const [again, shown] = anew({ ...next, reminded: true });
  // Whoever was asked is away: the agent waits for nobody in particular.
  const others = policy.chats.filter((chatId) => copyIn(again, chatId) === undefined);
  return [{ ...again, copies: [...again.copies, ...others.map(newCopy)] }, shown];
}

function close(ask: AgentRequest, outcome: Outcome): RequestStep {
  return [{ ...notWriting(ask), phase: 'closed', outcome }, [{ do: 'show' }]];
}
