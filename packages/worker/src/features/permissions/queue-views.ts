import { requestKey, type AgentRequest, type RequestEffect } from './model';
import { quietUntil } from './quiet-hours';
import { renderRequest } from './render';
import type { ServiceState } from './service-state';
import { requestWords } from './words/words';

/** Queues the messages of a request. Part of the running transaction. */
export function queueViews(state: ServiceState, request: AgentRequest, effect: RequestEffect): void {
  const { outbox, people, clock } = state;
  // The rule was on before: there never was a message.
  if (request.unseen === true) return;
  if (effect.do !== 'show' && effect.do !== 'show-again') return;
  if (effect.do === 'show-again')
    for (const old of effect.old) outbox.remove(old.chatId, requestKey(request, old));
  const isSilent = request.phase !== 'open' || quietUntil(clock.quiet, clock.now()) !== null;
  // A view that equals what the chat shows causes no call.
  for (const copy of request.copies) {
    const words = people.wordsOf(copy.chatId).of(requestWords);
    outbox.put({
      chatId: copy.chatId,
      key: requestKey(request, copy),
      session: request.session,
      class: 'ask',
      view: renderRequest(request, copy, words, (chatId) => people.nameOf(chatId)),
      ...(isSilent ? { silent: true } : {}),
    });
  }
}
