import type { AskDecision } from '../agents/ask';
import { isWriting, RETURN_MS, WRITING_MS, type Ask, type AskAct, type Outcome } from './model';
import { answersOf, answerStep, complete, type AnswerStep } from './questions';
import { quietUntil, type QuietHours } from './quiet';
import { forAgents } from '../words/for-agents';
import type { AskWords } from '../words/topics/asks';

/** What happens to a request. `at` is ms since the epoch; `update` the Telegram update it came with. */
export type AskInput =
  /** The hook is on the line: for the first time, or again. */
  | { type: 'attached'; at: number }
  /** The line is cut: the agent ended its hook, or killed it. */
  | { type: 'detached'; at: number }
  /** ccbot begins; who waits has yet to come back. */
  | { type: 'restored'; at: number }
  /** The agent has what was answered. */
  | { type: 'taken'; at: number }
  | { type: 'tapped'; at: number; update: number; act: AskAct }
  /** The text that was asked for. */
  | { type: 'wrote'; at: number; update: number; text: string }
  /** The person's rule allows it. */
  | { type: 'ruled'; at: number }
  /** The agent went on without us, or is gone. */
  | { type: 'over'; at: number; how: 'elsewhere' | 'ended' }
  /** Time passes. */
  | { type: 'ticked'; at: number };

/** What is to be done about it. The first group is written with the state, the second follows the commit. */
export type AskEffect =
  | { do: 'show' }
  /** Put it before the person as a new message, in the place of the old one. */
  | { do: 'show-anew'; old: Pick<Ask, 'id' | 'shown'> }
  /** For the log: who allowed what. */
  | { do: 'audit' }
  // after the commit
  | { do: 'answer'; decision: AskDecision }
  /** The hook is to end and print nothing: the terminal decides, or has decided. */
  | { do: 'let-go' }
  /** The tap's own answer. */
  | { do: 'say'; text: string };

/** How long is waited for what. */
export interface AskPolicy {
  /** How long the agent can wait, ms; null: without end. */
  limitMs: number | null;
  /** A request this old that nobody touched is put before the person once more, ms; 0: never. */
  remindMs: number;
  quiet: QuietHours | null;
  /** What the person is told, in the language of the chat. */
  words: AskWords;
}

type Step = [Ask, AskEffect[]];

/** Decides what one input means for a request. What comes late or twice changes nothing. */
export function step(ask: Ask, input: AskInput, policy: AskPolicy): Step {
  switch (input.type) {
    case 'attached':
      return attached(ask);
    case 'detached':
      if (ask.phase === 'closed') return [{ ...ask, attached: false }, []];
      return close({ ...ask, attached: false, detachedAt: input.at }, 'withdrawn');
    case 'restored': {
      if (ask.phase === 'closed') return [ask, []];
      const away: Ask = { ...ask, attached: false, detachedAt: input.at };
      return [away, ask.phase === 'decided' ? [{ do: 'show' }] : []];
    }
    case 'taken':
      return ask.phase === 'decided' ? close(ask, 'taken') : [ask, []];
    case 'tapped':
      return tapped(ask, input, policy.words);
    case 'wrote':
      return wrote(ask, input, policy.words);
    case 'ruled':
      if (ask.phase !== 'open' || ask.asked.what.kind !== 'permission') return [ask, []];
      return [...withAudit(decide({ ...ask, byRule: true }, { do: 'allow' }, policy.words))];
    case 'over':
      return over(ask, input.how);
    case 'ticked':
      return ticked(ask, input.at, policy);
  }
}

/** When time alone changes something about a request, ms since the epoch; null: it waits for somebody. */
export function deadline(ask: Ask, policy: AskPolicy): number | null {
  if (ask.phase === 'closed') return null;
  const times = [
    ...(ask.attached ? [] : [(ask.detachedAt ?? ask.at) + RETURN_MS]),
    ...(ask.phase === 'open' && ask.writing !== undefined ? [ask.writing.at + WRITING_MS] : []),
    ...(ask.phase === 'open' && policy.limitMs !== null ? [ask.at + policy.limitMs] : []),
    ...(reminderAt(ask, policy) ?? []),
  ];
  return times.length === 0 ? null : Math.min(...times);
}

/** When the person is reminded, as a list of one or none. */
function reminderAt(ask: Ask, { remindMs, quiet }: AskPolicy): [number] | null {
  if (ask.phase !== 'open' || ask.reminded || !ask.attached || remindMs === 0) return null;
  const at = Math.max(ask.at, ask.touchedAt) + remindMs;
  return [quietUntil(quiet, at) ?? at];
}

function attached(ask: Ask): Step {
  const here: Ask = { ...ask, attached: true };
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
      const effects: AskEffect[] = [{ do: 'show' }];
      if (ask.decision !== undefined) effects.push({ do: 'answer', decision: ask.decision });
      return [{ ...again, phase }, effects];
    }
  }
}

function over(ask: Ask, how: 'elsewhere' | 'ended'): Step {
  if (ask.phase === 'closed') return [ask, []];
  // Decided and on the line: the agent goes on because of the answer, and says in a moment that it has it.
  if (ask.phase === 'decided' && ask.attached && how === 'elsewhere') return [ask, []];
  const [closed, effects] = close(ask, how);
  return [closed, [...effects, { do: 'let-go' }]];
}

function ticked(ask: Ask, at: number, policy: AskPolicy): Step {
  if (ask.phase === 'closed') return [ask, []];
  if (!ask.attached && at >= (ask.detachedAt ?? ask.at) + RETURN_MS) return close(ask, 'gone');
  if (ask.phase !== 'open') return [ask, []];
  if (policy.limitMs !== null && at >= ask.at + policy.limitMs) {
    const [closed, effects] = close(ask, 'timeout');
    return [closed, [...effects, { do: 'let-go' }]];
  }
  let next = ask;
  const effects: AskEffect[] = [];
  if (ask.writing !== undefined && !isWriting(ask, at)) {
    next = notWriting(next);
    effects.push({ do: 'show' });
  }
  const [due] = reminderAt(next, policy) ?? [];
  if (due === undefined || at < due) return [next, effects];
  return anew({ ...next, reminded: true });
}

/** The same request as a new message; the old one goes. */
function anew(ask: Ask): Step {
  const { id, shown } = ask;
  return [{ ...ask, shown: shown + 1 }, [{ do: 'show-anew', old: { id, shown } }]];
}

function tapped(ask: Ask, { at, update, act }: Extract<AskInput, { type: 'tapped' }>, words: AskWords): Step {
  if (ask.lastUpdate === update) return [ask, []];
  if (ask.phase !== 'open') {
    return [ask, [{ do: 'say', text: ask.phase === 'decided' ? words.decided : words.expired }]];
  }
  const [next, effects] = acted({ ...ask, lastUpdate: update, touchedAt: at }, act, at, words);
  return next.phase === 'decided' ? withAudit([next, effects]) : [next, effects];
}

function acted(ask: Ask, act: AskAct, at: number, words: AskWords): Step {
  const { what } = ask.asked;
  const stale: Step = [ask, [{ do: 'say', text: words.expired }]];
  switch (act.act) {
    case 'allow':
      return what.kind === 'permission' ? decide(ask, { do: 'allow' }, words) : stale;
    case 'always': {
      const chosen = what.kind === 'permission' ? what.always[act.n] : undefined;
      return chosen === undefined ? stale : decide(ask, { do: 'always', index: chosen.index }, words);
    }
    case 'approve': {
      const mode = what.kind === 'plan' ? what.modes[act.n] : undefined;
      return mode === undefined ? stale : decide(ask, { do: 'approve', mode }, words);
    }
    case 'deny':
      return decide(ask, { do: 'deny', message: forAgents.denial[what.kind] }, words);
    case 'reason':
      return what.kind === 'questions'
        ? stale
        : writing(ask, what.kind === 'plan' ? 'feedback' : 'reason', at, words);
    case 'other':
      return what.kind === 'questions' && ask.answers?.index === act.question
        ? writing(ask, 'answer', at, words)
        : stale;
    case 'cancel':
      return [notWriting(ask), [{ do: 'show' }, { do: 'say', text: words.noText }]];
    case 'choose':
      return answered(ask, { do: 'choose', question: act.question, option: act.option }, words);
    case 'done':
      return answered(ask, { do: 'done', question: act.question }, words);
    case 'back':
      return answered(ask, { do: 'back' }, words);
    case 'page':
      return [{ ...ask, page: act.n }, [{ do: 'show' }, { do: 'say', text: '' }]];
    case 'again': {
      const [next, effects] = anew(ask);
      return [next, [...effects, { do: 'say', text: '' }]];
    }
  }
}

function writing(ask: Ask, what: 'reason' | 'answer' | 'feedback', at: number, words: AskWords): Step {
  return [{ ...ask, writing: { what, at } }, [{ do: 'show' }, { do: 'say', text: words.write[what] }]];
}

function notWriting(ask: Ask): Ask {
  const { writing: was, ...rest } = ask;
  void was;
  return rest;
}

function answered(ask: Ask, by: AnswerStep, words: AskWords): Step {
  const { what } = ask.asked;
  if (what.kind !== 'questions' || ask.answers === undefined) {
    return [ask, [{ do: 'say', text: words.expired }]];
  }
  const answers = answerStep(what.questions, ask.answers, by);
  if (answers === null) {
    return [ask, [{ do: 'say', text: by.do === 'done' ? words.chooseOne : words.expired }]];
  }
  const next: Ask = { ...notWriting(ask), answers };
  if (complete(what.questions, answers)) {
    return decide(next, { do: 'answer', answers: answersOf(what.questions, answers) }, words);
  }
  return [next, [{ do: 'show' }, { do: 'say', text: '' }]];
}

function wrote(ask: Ask, { at, update, text }: Extract<AskInput, { type: 'wrote' }>, words: AskWords): Step {
  if (ask.lastUpdate === update || ask.phase !== 'open' || ask.writing === undefined) return [ask, []];
  const next: Ask = { ...notWriting(ask), lastUpdate: update, touchedAt: at };
  if (ask.writing.what === 'answer') {
    const [after, effects] = answered(next, { do: 'write', text }, words);
    return after.phase === 'decided' ? withAudit([after, effects]) : [after, effects];
  }
  return withAudit(decide(next, { do: 'deny', message: text }, words));
}

/** The person has decided. What is seen of it follows when the agent has it, or at once when nobody is on the line. */
function decide(ask: Ask, decision: AskDecision, words: AskWords): Step {
  const next: Ask = { ...notWriting(ask), phase: 'decided', decision };
  const said: AskEffect = { do: 'say', text: words.done(decision) };
  return ask.attached ? [next, [{ do: 'answer', decision }, said]] : [next, [{ do: 'show' }, said]];
}

const withAudit = ([ask, effects]: Step): Step => [ask, [{ do: 'audit' }, ...effects]];

function close(ask: Ask, outcome: Outcome): Step {
  return [{ ...notWriting(ask), phase: 'closed', outcome }, [{ do: 'show' }]];
}
