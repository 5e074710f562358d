import type { RequestDecision } from '../../agents/model';
import { forAgents } from '../../words/for-agents';
import { sendAgain, stopWriting, withCopy } from './copies';
import { gateOf } from './gate';
import {
  copyIn,
  newCopy,
  type AgentRequest,
  type Reply,
  type RequestAction,
  type RequestEffect,
  type RequestInput,
  type RequestStep,
  type SayEffect,
  type TappedInput,
  type Writing,
} from './model';
import { answersOf, answerStep, complete, type AnswerStep } from './questions';

/** Who taps or writes, and when, ms since the epoch. */
interface Actor {
  by: number;
  at: number;
}

const say = ({ by }: Pick<Actor, 'by'>, reply: Reply): SayEffect => ({ do: 'say', to: by, ...reply });

const stale = (request: AgentRequest, actor: Actor): RequestStep => [
  request,
  [say(actor, { code: 'stale' })],
];

const expired = (request: AgentRequest, actor: Actor): RequestStep => [
  request,
  [say(actor, { code: 'expired' })],
];

/**
 * Handles a tap. The first decision counts; who taps later learns who was first. A button of another request, or of an
 * earlier message of this one, decides nothing.
 */
export function tapped(request: AgentRequest, input: TappedInput): RequestStep {
  const { update, by, action } = input;
  const copy = copyIn(request, by);
  if (copy?.lastUpdate === update) return [request, []];
  if (request.nonce === '' || input.nonce !== request.nonce) return stale(request, input);
  if (request.phase !== 'open') return [request, [say(input, replyToLateTap(request, by))]];
  // The list of waiting requests offers `again`, also to users who do not have the request yet.
  if (!input.isOnCopy && action.act !== 'again') return stale(request, input);
  if (copy === undefined && action.act !== 'again') return expired(request, input);
  const copies = copy === undefined ? [...request.copies, newCopy(by)] : request.copies;
  const handled = markHandled({ ...request, copies }, input);
  if (copy === undefined) return [handled, [{ do: 'show' }, say(input, { code: 'ok' })]];
  return auditDecision(act(handled, action, input));
}

function markHandled(
  request: AgentRequest,
  { at, update, by }: { at: number; update: number; by: number },
): AgentRequest {
  return withCopy({ ...request, touchedAt: at }, by, (copy) => ({ ...copy, lastUpdate: update }));
}

function replyToLateTap({ phase, decision, by: decidedBy }: AgentRequest, by: number): Reply {
  if (decidedBy !== undefined && decidedBy !== by && decision !== undefined)
    return { code: 'answered-by', by: decidedBy, decision };
  return { code: phase === 'decided' ? 'already-decided' : 'expired' };
}

function act(request: AgentRequest, action: RequestAction, actor: Actor): RequestStep {
  const { what } = request.asked;
  const { by } = actor;
  if (letsRun(action) && !wasShown(request, by))
    return [request, [{ do: 'show' }, say(actor, { code: 'not-shown' })]];
  switch (action.act) {
    case 'allow':
      return what.kind === 'permission' ? decideBy(request, { do: 'allow' }, actor) : expired(request, actor);
    case 'always': {
      const chosen = what.kind === 'permission' ? what.always[action.n] : undefined;
      if (chosen === undefined) return expired(request, actor);
      return decideBy(request, { do: 'always', index: chosen.index }, actor);
    }
    case 'approve': {
      const mode = what.kind === 'plan' ? what.modes[action.n] : undefined;
      return mode === undefined ? expired(request, actor) : decideBy(request, { do: 'approve', mode }, actor);
    }
    case 'deny':
      return decideBy(request, { do: 'deny', message: forAgents.denial[what.kind] }, actor);
    case 'reason':
      if (what.kind === 'questions') return expired(request, actor);
      return waitForText(request, what.kind === 'plan' ? 'feedback' : 'reason', actor);
    case 'other':
      return what.kind === 'questions' && request.answers?.index === action.question
        ? waitForText(request, 'answer', actor)
        : expired(request, actor);
    case 'cancel':
      return [stopWriting(request, by), [{ do: 'show' }, say(actor, { code: 'cancelled' })]];
    case 'choose':
      return answer(request, { do: 'choose', question: action.question, option: action.option }, actor);
    case 'done':
      return answer(request, { do: 'done', question: action.question }, actor);
    case 'back':
      return answer(request, { do: 'back' }, actor);
    case 'unmask': {
      const shown = withCopy(request, by, (copy) => ({ ...copy, unmasked: true }));
      return [shown, [{ do: 'show' }, say(actor, { code: 'ok' })]];
    }
    case 'page':
      return [request, [{ do: 'show' }, say(actor, { code: 'ok' })]];
    case 'again': {
      const [next, effects] = sendAgain(request, by);
      return [next, [...effects, say(actor, { code: 'ok' })]];
    }
  }
}

function letsRun({ act }: RequestAction): boolean {
  return act === 'allow' || act === 'always' || act === 'approve';
}

/** A button that is no longer there may still be tapped, or forged. */
function wasShown(request: AgentRequest, by: number): boolean {
  const copy = copyIn(request, by);
  return copy !== undefined && gateOf(request, copy) === 'open';
}

function waitForText(request: AgentRequest, what: Writing, actor: Actor): RequestStep {
  const writing = { what, at: actor.at };
  const next = withCopy(request, actor.by, (copy) => ({ ...copy, writing }));
  return [next, [{ do: 'show' }, say(actor, { code: 'write', what })]];
}

function answer(request: AgentRequest, answered: AnswerStep, actor: Actor): RequestStep {
  const { what } = request.asked;
  if (what.kind !== 'questions' || request.answers === undefined) return expired(request, actor);
  const answers = answerStep(what.questions, request.answers, answered);
  if (answers === null)
    return [request, [say(actor, { code: answered.do === 'done' ? 'choose-one' : 'expired' })]];
  // A text that somebody is still writing belongs to the question before.
  const isNextQuestion = answers.index !== request.answers.index;
  const next: AgentRequest = { ...stopWriting(request, isNextQuestion ? undefined : actor.by), answers };
  if (complete(what.questions, answers))
    return decideBy(next, { do: 'answer', answers: answersOf(what.questions, answers) }, actor);
  return [next, [{ do: 'show' }, say(actor, { code: 'ok' })]];
}

/** Handles a text that we waited for. */
export function wrote(request: AgentRequest, input: Extract<RequestInput, { type: 'wrote' }>): RequestStep {
  const { update, by, text } = input;
  const copy = copyIn(request, by);
  if (copy?.writing === undefined || copy.lastUpdate === update || request.phase !== 'open')
    return [request, []];
  const handled = markHandled(stopWriting(request, by), input);
  return auditDecision(
    copy.writing.what === 'answer'
      ? answer(handled, { do: 'write', text }, input)
      : decideBy(handled, { do: 'deny', message: text }, input),
  );
}

function decideBy(request: AgentRequest, decision: RequestDecision, actor: Actor): RequestStep {
  const [next, effects] = decide(request, decision, actor.by);
  return [next, [...effects, say(actor, { code: 'decided', decision })]];
}

/**
 * Decides a request. `by` is undefined when a rule that was already on decides. With a connected hook the message
 * changes when the agent has the answer, otherwise immediately.
 */
export function decide(
  request: AgentRequest,
  decision: RequestDecision,
  by: number | undefined,
): RequestStep {
  const next: AgentRequest = { ...stopWriting(request), phase: 'decided', decision };
  if (by !== undefined) next.by = by;
  const effect: RequestEffect = request.attached ? { do: 'answer', decision } : { do: 'show' };
  return [next, [effect]];
}

export const withAudit = ([request, effects]: RequestStep): RequestStep => [
  request,
  [{ do: 'audit' }, ...effects],
];

/** Has a step logged that decides the request. */
function auditDecision(taken: RequestStep): RequestStep {
  return taken[0].phase === 'decided' ? withAudit(taken) : taken;
}
