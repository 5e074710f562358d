import { reasonOf } from '@ccbot/shared/faults/fault';
import { answerHook } from './hook-connection';
import { deadline, step } from './machine';
import { requestFileKey, type AgentRequest, type RequestEffect, type RequestInput } from './model';
import { awaitsFile, isMasked } from './gate';
import { queueViews } from './queue-views';
import { replyText } from './reply';
import { getRequest, openOf, policyOf, type ServiceState } from './service-state';
import { requestWords } from './words/words';

/** The longest wait of a timer, ms. The clock may jump meanwhile, as after sleep. */
const TIMER_MAX = 3_600_000;

/** The least time between two checks when something is due, ms: with a full disk it stays due. */
const RETRY_MS = 1_000;

/** Hears what to tell the user who tapped; undefined: the tap worked, and there is nothing to say. */
export type SayReply = (text: string | undefined) => void;

/**
 * Runs inputs through the machine. The state and its messages are one transaction; the agent gets its answer after the
 * commit. Throws what the store throws.
 */
export function runInputs(
  state: ServiceState,
  before: AgentRequest,
  inputs: readonly RequestInput[],
  say?: SayReply,
): void {
  const { store, orphanedReplies } = state;
  let request = before;
  const effects: RequestEffect[] = [];
  for (const input of inputs) {
    const [next, more] = step(request, input, policyOf(state, request));
    request = next;
    effects.push(...more);
  }
  if (request === before && effects.length === 0) return;
  store.tx(() => {
    const isFinal = request.phase === 'closed' && request.outcome !== 'gone';
    store.put(isFinal ? withoutAnswerData(request) : request);
    show(state, request, effects);
    store.afterCommit(() => {
      track(state, request);
      if (request.phase !== before.phase) updateWaiting(state, request.session);
      orphanedReplies.changed(before, request);
      for (const effect of effects) runAfterCommit(state, request, effect, say);
      setTimer(state);
    });
  });
}

/** Queues the messages of a request, and waits for its files. Part of the running transaction. */
export function show(state: ServiceState, request: AgentRequest, effects: readonly RequestEffect[]): void {
  // First: a file that is in the chat already settles as soon as the transaction is committed.
  if (effects.some((effect) => effect.do === 'show' || effect.do === 'show-again'))
    state.store.afterCommit(() => watchFiles(state, request));
  for (const effect of effects) queueViews(state, request, effect);
}

/** Hears whether the files that a request waits for are in their chats. */
function watchFiles(state: ServiceState, request: AgentRequest): void {
  if (request.unseen === true) return;
  for (const copy of request.copies) {
    if (!awaitsFile(request, copy)) continue;
    const { chatId, shown } = copy;
    const masked = isMasked(request, copy);
    state.outbox.onSettled(chatId, requestFileKey(request, copy), ({ files, why, missing }) => {
      const failed = files === 1 ? {} : { why: missing[0]?.why ?? why ?? '' };
      recordFile(state, request.id, {
        type: 'file-settled',
        at: state.clock.now(),
        by: chatId,
        shown,
        masked,
        ...failed,
      });
    });
  }
}

function recordFile(state: ServiceState, id: number, input: RequestInput): void {
  const request = getRequest(state, id);
  if (request === undefined || state.stopped) return;
  try {
    runInputs(state, request, [input]);
  } catch (error) {
    // A full disk. The file is asked for again when the message next changes, or at the next start.
    state.log('warn', 'file of request not recorded', { request: id, reason: reasonOf(error) });
  }
}

/** Drops what only an answer to the agent needs. */
function withoutAnswerData(request: AgentRequest): AgentRequest {
  return { ...request, asked: { ...request.asked, raw: { input: {}, suggestions: [] } } };
}

export function track({ open, sessions }: ServiceState, request: AgentRequest): void {
  if (request.phase !== 'closed') open.set(request.id, request);
  else if (open.delete(request.id)) sessions.closed(request.session);
}

/** Reports whether the session waits for the user. */
export function updateWaiting(state: ServiceState, session: string): void {
  const shown = openOf(state, session).filter(({ unseen }) => unseen !== true);
  const isOpen = shown.some(({ phase }) => phase === 'open');
  state.sessions.setWaiting(session, isOpen ? 'yes' : shown.length > 0 ? 'deciding' : 'no');
}

function runAfterCommit(
  state: ServiceState,
  request: AgentRequest,
  effect: RequestEffect,
  say: SayReply | undefined,
): void {
  const { sessions, people } = state;
  switch (effect.do) {
    case 'answer': {
      const port = sessions.portOf(request.session);
      // An agent that ccbot no longer knows gets no answer; its own dialog decides.
      return printInHook(state, request, port === null ? '' : port.answer(request.asked, effect.decision));
    }
    case 'release':
      return printInHook(state, request, '');
    case 'say': {
      const words = people.wordsOf(effect.to).of(requestWords);
      return say?.(replyText(effect, request, words, (chatId) => people.nameOf(chatId)));
    }
    case 'audit':
      return audit(state, request);
    case 'show':
    case 'show-again':
      return; // queued in the transaction
  }
}

function printInHook({ hooks }: ServiceState, { id }: AgentRequest, output: string): void {
  const hook = hooks.get(id);
  if (hook !== undefined) answerHook(hook, output);
}

function audit({ log }: ServiceState, request: AgentRequest): void {
  const { id, session, decision, byRule, by, asked } = request;
  log('info', 'request decided', {
    request: id,
    session,
    ...(by === undefined ? {} : { chatId: by }),
    by: byRule === true ? 'rule' : 'user',
    decision,
    tool: asked.tool,
    title: asked.title,
  });
}

/** Sets the one timer, for the earliest deadline. */
export function setTimer(state: ServiceState): void {
  clearTimeout(state.timer);
  state.timer = undefined;
  if (state.stopped) return;
  const due = [...state.open.values()].flatMap(
    (request) => deadline(request, policyOf(state, request)) ?? [],
  );
  if (due.length === 0) return;
  const wait = Math.min(...due) - state.clock.now();
  state.timer = setTimeout(() => tick(state), Math.min(TIMER_MAX, Math.max(0, wait)));
}

function tick(state: ServiceState): void {
  const at = state.clock.now();
  for (const request of [...state.open.values()]) {
    try {
      const due = deadline(request, policyOf(state, request)) ?? Infinity;
      if (due <= at) runInputs(state, request, [{ type: 'ticked', at }]);
    } catch (error) {
      // A full disk. It stays due until the next check.
      state.log('warn', 'request not updated', { request: request.id, reason: reasonOf(error) });
    }
  }
  clearTimeout(state.timer);
  state.timer = setTimeout(() => setTimer(state), RETRY_MS);
}
