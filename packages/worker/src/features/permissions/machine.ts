import { removeUsers, sendAgain, stopWriting, withCopy } from './copies';
import { awaitsFile, isMasked } from './gate';
import {
  copyIn,
  isWriting,
  newCopy,
  RETURN_MS,
  WRITING_MS,
  type AgentRequest,
  type Outcome,
  type OverHow,
  type RequestCopy,
  type RequestEffect,
  type RequestInput,
  type RequestPolicy,
  type RequestStep,
} from './model';
import { quietUntil } from './quiet-hours';
import { decide, tapped, withAudit, wrote } from './taps';

/** Decides what an input means for a request. An input that is late or comes twice changes nothing. */
export function step(request: AgentRequest, input: RequestInput, policy: RequestPolicy): RequestStep {
  switch (input.type) {
    case 'attached':
      return attached(request, input.nonce);
    case 'detached':
      if (request.phase === 'closed') return [{ ...request, attached: false }, []];
      return close({ ...request, attached: false, detachedAt: input.at }, 'withdrawn');
    case 'restored': {
      if (request.phase === 'closed') return [request, []];
      const detached: AgentRequest = {
        ...withNonce(request, input.nonce),
        attached: false,
        detachedAt: input.at,
      };
      const isChanged =
        request.phase === 'decided' ||
        request.nonce === '' ||
        request.copies.some((copy) => awaitsFile(request, copy));
      return [detached, isChanged ? [{ do: 'show' }] : []];
    }
    case 'taken':
      return request.phase === 'decided' ? close(request, 'taken') : [request, []];
    case 'tapped':
      return tapped(request, input);
    case 'wrote':
      return wrote(request, input);
    case 'allowed-by-rule':
      if (request.phase !== 'open' || request.asked.what.kind !== 'permission') return [request, []];
      return withAudit(decide({ ...request, byRule: true }, { do: 'allow' }, input.by));
    case 'joined':
      if (request.phase !== 'open' || copyIn(request, input.by) !== undefined) return [request, []];
      return [{ ...request, copies: [...request.copies, newCopy(input.by)] }, [{ do: 'show' }]];
    case 'file-settled':
      return fileSettled(request, input);
    case 'users-changed':
      return removeUsers(request, input.chats, input.instead);
    case 'over':
      return over(request, input.how);
    case 'ticked':
      return ticked(request, input.at, policy);
  }
}

/** When time alone changes a request, ms since the epoch; null: never. */
export function deadline(request: AgentRequest, policy: RequestPolicy): number | null {
  if (request.phase === 'closed') return null;
  const times: number[] = [];
  if (!request.attached) times.push(returnDeadline(request));
  if (request.phase === 'open') {
    for (const { writing } of request.copies) if (writing !== undefined) times.push(writing.at + WRITING_MS);
    if (policy.limitMs !== null) times.push(request.at + policy.limitMs);
    const reminder = reminderAt(request, policy);
    if (reminder !== null) times.push(reminder);
  }
  return times.length === 0 ? null : Math.min(...times);
}

/** Until when a hook that is not connected may come back. */
function returnDeadline({ detachedAt, at }: AgentRequest): number {
  return (detachedAt ?? at) + RETURN_MS;
}

function reminderAt(request: AgentRequest, { remindMs, quiet }: RequestPolicy): number | null {
  if (request.phase !== 'open' || request.reminded || !request.attached || remindMs === 0) return null;
  const at = Math.max(request.at, request.touchedAt) + remindMs;
  return quietUntil(quiet, at) ?? at;
}

/** A request that an earlier ccbot stored has no nonce, and its buttons do not count before they carry one. */
function withNonce(request: AgentRequest, nonce: string): AgentRequest {
  return request.nonce === '' ? { ...request, nonce } : request;
}

function attached(request: AgentRequest, nonce: string): RequestStep {
  const connected: AgentRequest = { ...withNonce(request, nonce), attached: true };
  delete connected.detachedAt;
  const { decision } = request;
  const answer: RequestEffect[] = decision === undefined ? [] : [{ do: 'answer', decision }];
  switch (request.phase) {
    case 'open':
      return [connected, request.nonce === '' ? [{ do: 'show' }] : []];
    case 'decided':
      return [connected, answer];
    case 'closed': {
      if (request.outcome !== 'gone') return [connected, [{ do: 'release' }]];
      // We gave up too early: the hook is back, and so is the state from before.
      delete connected.outcome;
      const phase = decision === undefined ? 'open' : 'decided';
      return [{ ...connected, phase }, [{ do: 'show' }, ...answer]];
    }
  }
}

/** Records that a file is in the chat, or cannot be. A file that the copy no longer waits for says nothing. */
function fileSettled(
  request: AgentRequest,
  { by, shown, masked, why }: Extract<RequestInput, { type: 'file-settled' }>,
): RequestStep {
  const copy = copyIn(request, by);
  if (copy?.shown !== shown || !awaitsFile(request, copy) || masked !== isMasked(request, copy))
    return [request, []];
  const file: NonNullable<RequestCopy['file']> =
    why === undefined ? { masked, is: 'sent' } : { masked, is: 'failed', why };
  const next = withCopy(request, by, (before) => ({ ...before, file }));
  return [next, request.phase === 'open' ? [{ do: 'show' }] : []];
}

function over(request: AgentRequest, how: OverHow): RequestStep {
  if (request.phase === 'closed') return [request, []];
  // Decided, and the hook is connected: the agent continues because of our answer, and `taken` follows in a moment.
  if (request.phase === 'decided' && request.attached && how !== 'ended') return [request, []];
  return closeAndRelease(request, how);
}

function ticked(request: AgentRequest, at: number, policy: RequestPolicy): RequestStep {
  if (request.phase === 'closed') return [request, []];
  if (!request.attached && at >= returnDeadline(request)) return close(request, 'gone');
  if (request.phase !== 'open') return [request, []];
  if (policy.limitMs !== null && at >= request.at + policy.limitMs)
    return closeAndRelease(request, 'timeout');
  let next = request;
  const effects: RequestEffect[] = [];
  for (const copy of request.copies) {
    if (copy.writing === undefined || isWriting(request, copy, at)) continue;
    next = stopWriting(next, copy.chatId);
    effects.push({ do: 'show' });
  }
  const due = reminderAt(next, policy);
  return due === null || at < due ? [next, effects] : remind(next, policy);
}

/** Sends the request to every user: those who have it did not react. */
function remind(request: AgentRequest, { chats }: RequestPolicy): RequestStep {
  const [again, effects] = sendAgain({ ...request, reminded: true });
  const others = chats.filter((chatId) => copyIn(again, chatId) === undefined);
  return [{ ...again, copies: [...again.copies, ...others.map(newCopy)] }, effects];
}

function close(request: AgentRequest, outcome: Outcome): RequestStep {
  return [{ ...stopWriting(request), phase: 'closed', outcome }, [{ do: 'show' }]];
}

function closeAndRelease(request: AgentRequest, outcome: Outcome): RequestStep {
  const [closed, effects] = close(request, outcome);
  return [closed, [...effects, { do: 'release' }]];
}
