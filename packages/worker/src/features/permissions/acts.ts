import type { RequestDecision } from '../../agents/model';
import { forAgents } from '../../words/for-agents';
import type { RequestWords } from '../../words/topics/asks';
import { anew, notWriting, withCopy } from './copies';
import type { RequestEffect, RequestInput, RequestPolicy, RequestStep } from './machine';
import { copyIn, newCopy, type AgentRequest, type RequestAction, type RequestCopy } from './model';
import { answersOf, answerStep, complete, type AnswerStep } from './questions';

/** What a tap of a person means. The first that decides counts; who comes later is told by whom. */
export function tapped(
  ask: AgentRequest,
  input: Extract<RequestInput, { type: 'tapped' }>,
  policy: RequestPolicy,
): RequestStep {
  const { at, update, by, act } = input;
  const words = policy.wordsOf(by);
  const copy = copyIn(ask, by);
  if (copy?.lastUpdate === update) return [ask, []];
  if (ask.phase !== 'open') {
    if (ask.by !== undefined && ask.by !== by && ask.decision !== undefined) {
      const { decision } = ask;
      const text = words.answeredBy(policy.nameOf(ask.by), words.taken(decision, ask.asked.what.kind));
      return [ask, [{ do: 'say', text }]];
    }
    return [ask, [{ do: 'say', text: ask.phase === 'decided' ? words.decided : words.expired }]];
  }
  // Whoever sees in a list what others are asked may have it before them as well.
  const joined = copy === undefined ? { ...ask, copies: [...ask.copies, newCopy(by)] } : ask;
  if (copy === undefined && act.act !== 'again') return [ask, [{ do: 'say', text: words.expired }]];
  const taken = withCopy(joined, by, (one) => ({ ...one, lastUpdate: update }));
  if (copy === undefined) return [{ ...taken, touchedAt: at }, [{ do: 'show' }, { do: 'say', text: '' }]];
  const [next, effects] = acted({ ...taken, touchedAt: at }, act, input, words);
  return next.phase === 'decided' ? withAudit([next, effects]) : [next, effects];
}

function acted(
  ask: AgentRequest,
  act: RequestAction,
  { at, by }: { at: number; by: number },
  words: RequestWords,
): RequestStep {
  const { what } = ask.asked;
  const stale: RequestStep = [ask, [{ do: 'say', text: words.expired }]];
  const decided = (decision: RequestDecision): RequestStep => decide(ask, decision, by, words);
  switch (act.act) {
    case 'allow':
      return what.kind === 'permission' ? decided({ do: 'allow' }) : stale;
    case 'always': {
      const chosen = what.kind === 'permission' ? what.always[act.n] : undefined;
      return chosen === undefined ? stale : decided({ do: 'always', index: chosen.index });
    }
    case 'approve': {
      const mode = what.kind === 'plan' ? what.modes[act.n] : undefined;
      return mode === undefined ? stale : decided({ do: 'approve', mode });
    }
    case 'deny':
      return decided({ do: 'deny', message: forAgents.denial[what.kind] });
    case 'reason': {
      const text = what.kind === 'plan' ? 'feedback' : 'reason';
      return what.kind === 'questions' ? stale : writing(ask, { what: text, at }, by, words);
    }
    case 'other':
      return what.kind === 'questions' && ask.answers?.index === act.question
        ? writing(ask, { what: 'answer', at }, by, words)
        : stale;
    case 'cancel':
      return [notWriting(ask, by), [{ do: 'show' }, { do: 'say', text: words.noText }]];
    case 'choose':
      return answered(ask, { do: 'choose', question: act.question, option: act.option }, by, words);
    case 'done':
      return answered(ask, { do: 'done', question: act.question }, by, words);
    case 'back':
      return answered(ask, { do: 'back' }, by, words);
    case 'page': {
      const turned = withCopy(ask, by, (copy) => ({ ...copy, page: act.n }));
      return [turned, [{ do: 'show' }, { do: 'say', text: '' }]];
    }
    case 'again': {
      const [next, effects] = anew(ask, by);
      return [next, [...effects, { do: 'say', text: '' }]];
    }
  }
}

function writing(
  ask: AgentRequest,
  what: NonNullable<RequestCopy['writing']>,
  by: number,
  words: RequestWords,
): RequestStep {
  const next = withCopy(ask, by, (copy) => ({ ...copy, writing: what }));
  return [next, [{ do: 'show' }, { do: 'say', text: words.write[what.what] }]];
}

function answered(ask: AgentRequest, by: AnswerStep, who: number, words: RequestWords): RequestStep {
  const { what } = ask.asked;
  if (what.kind !== 'questions' || ask.answers === undefined) {
    return [ask, [{ do: 'say', text: words.expired }]];
  }
  const answers = answerStep(what.questions, ask.answers, by);
  if (answers === null) {
    return [ask, [{ do: 'say', text: by.do === 'done' ? words.chooseOne : words.expired }]];
  }
  // What somebody writes for the question before is no answer to the next one.
  const moved = answers.index !== ask.answers.index;
  const next: AgentRequest = { ...notWriting(ask, moved ? undefined : who), answers };
  if (complete(what.questions, answers)) {
    return decide(next, { do: 'answer', answers: answersOf(what.questions, answers) }, who, words);
  }
  return [next, [{ do: 'show' }, { do: 'say', text: '' }]];
}

/** What a text means that a person was asked for. */
export function wrote(
  ask: AgentRequest,
  input: Extract<RequestInput, { type: 'wrote' }>,
  words: RequestWords,
): RequestStep {
  const { at, update, by, text } = input;
  const copy = copyIn(ask, by);
  if (copy?.writing === undefined || copy.lastUpdate === update || ask.phase !== 'open') return [ask, []];
  const taken = withCopy(notWriting(ask, by), by, (one) => ({ ...one, lastUpdate: update }));
  const next: AgentRequest = { ...taken, touchedAt: at };
  if (copy.writing.what === 'answer') {
    const [after, effects] = answered(next, { do: 'write', text }, by, words);
    return after.phase === 'decided' ? withAudit([after, effects]) : [after, effects];
  }
  return withAudit(decide(next, { do: 'deny', message: text }, by, words));
}

/**
 * Somebody has decided, or a rule (of `by`, where they have just turned it on). What is seen of it follows when the
 * agent has it, or at once when nobody is on the line.
 */
export function decide(
  ask: AgentRequest,
  decision: RequestDecision,
  by: number | undefined,
  words?: RequestWords,
): RequestStep {
  const next: AgentRequest = {
    ...notWriting(ask),
    ...(by === undefined ? {} : { by }),
    phase: 'decided',
    decision,
  };
  const said: RequestEffect[] = words === undefined ? [] : [{ do: 'say', text: words.done(decision) }];
  return [next, [ask.attached ? { do: 'answer', decision } : { do: 'show' }, ...said]];
}

/** The step as one that the log is to tell of. */
export const withAudit = ([ask, effects]: RequestStep): RequestStep => [ask, [{ do: 'audit' }, ...effects]];
