import type { QueuedView } from '../../outbox/model';
import { awaitsFile, isMasked } from './gate';
import { requestFileKey, requestKey, type AgentRequest, type RequestCopy, type RequestEffect } from './model';
import { quietUntil } from './quiet-hours';
import { renderFile, renderRequest } from './render';
import type { ServiceState } from './service-state';
import { requestWords } from './words/words';

/** Queues the messages of a request. Part of the running transaction. */
export function queueViews(state: ServiceState, request: AgentRequest, effect: RequestEffect): void {
  const { outbox, people, clock } = state;
  // The rule was on before: there never was a message.
  if (request.unseen === true) return;
  if (effect.do !== 'show' && effect.do !== 'show-again') return;
  if (effect.do === 'show-again') for (const old of effect.old) removeCopy(state, request, old);
  const isSilent = request.phase !== 'open' || quietUntil(clock.quiet, clock.now()) !== null;
  // A view that equals what the chat shows causes no call.
  for (const copy of request.copies) {
    const { chatId } = copy;
    const words = people.wordsOf(chatId).of(requestWords);
    const common = {
      chatId,
      thread: 'session',
      session: request.session,
      masks: masksOf(request, copy),
    } as const;
    outbox.put({
      ...common,
      key: requestKey(request, copy),
      class: 'ask',
      view: renderRequest(request, copy, words, (other) => people.nameOf(other)),
      ...(isSilent ? { silent: true } : {}),
    });
    // Behind the message and of a lower class: while it is uploaded, other requests go out.
    if (!awaitsFile(request, copy)) continue;
    const key = requestFileKey(request, copy);
    outbox.put({ ...common, key, class: 'notice', silent: true, view: renderFile(request, words) });
  }
}

function removeCopy(
  { outbox }: ServiceState,
  request: AgentRequest,
  old: Pick<RequestCopy, 'chatId' | 'shown'>,
): void {
  outbox.remove(old.chatId, requestKey(request, old));
  if (request.fit === 'file') outbox.remove(old.chatId, requestFileKey(request, old));
}

function masksOf(request: AgentRequest, copy: RequestCopy): NonNullable<QueuedView['masks']> {
  return isMasked(request, copy) ? 'request' : 'none';
}
