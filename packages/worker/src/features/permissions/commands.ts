import { plain } from '../../cards/rich';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { TextIntent } from '../../chat/intents';
import type { Outbox } from '../../outbox/port';
import type { WaitingSessions } from '../../sessions/waiting';
import { requestButton, type RequestIntent } from './buttons';
import { copyIn, requestKey, type AgentRequest } from './model';
import type { RequestService } from './service';
import { requestWords } from './words/words';

export interface RequestCommandDeps {
  service: RequestService;
  waiting: Pick<WaitingSessions, 'isShown'>;
  outbox: Pick<Outbox, 'hint' | 'messageOf'>;
  now(): number;
}

/** The text that a request waits for. */
interface RequestTextIntent extends TextIntent<'request-text'> {
  readonly request: number;
}

/** Answers to requests: taps on their buttons, and the texts that follow some of them. */
export function requestCommands(deps: RequestCommandDeps): CommandTable {
  return commands<RequestIntent | RequestTextIntent>({
    request: {
      button: requestButton,
      run: (conversation, intent) => tap(deps, conversation, intent),
    },
    'request-text': {
      awaits: {
        takesSlash: true,
        carries: (chatId, quoted) => awaitedRequest(deps, chatId, quoted),
      },
      run: (conversation, intent) => write(deps, conversation, intent),
    },
  });
}

function tap(
  { service, outbox, now }: RequestCommandDeps,
  { inbound, chatId, ack, retire, words }: Conversation,
  { request: id, nonce, action }: RequestIntent,
): void {
  const request = service.get(id);
  if (inbound.kind !== 'tap' || request === undefined) return retire(words.of(requestWords).stale);
  const isOnCopy = isOnNewestMessage(outbox, request, chatId, inbound.messageId);
  let isAnswered = false;
  service.input(
    id,
    { type: 'tapped', at: now(), update: inbound.updateId, by: chatId, nonce, isOnCopy, action },
    (text) => {
      isAnswered = true;
      ack(text === undefined ? undefined : plain(text));
    },
  );
  if (!isAnswered) ack();
}

/** A message without a recorded id is still being sent, and only the nonce tells whose button it has. */
function isOnNewestMessage(
  outbox: Pick<Outbox, 'messageOf'>,
  request: AgentRequest,
  chatId: number,
  message: number | undefined,
): boolean {
  const posted = message === undefined ? undefined : outbox.messageOf(chatId, message);
  if (posted === undefined) return true;
  const copy = copyIn(request, chatId);
  return copy !== undefined && posted.key === requestKey(request, copy);
}

function awaitedRequest(
  { service, waiting }: RequestCommandDeps,
  chatId: number,
  quoted: string | undefined,
): { request: number } | undefined {
  // A reply to a session that waits for nothing is for that session.
  if (quoted !== undefined && !waiting.isShown(quoted)) return undefined;
  const request = service.writing(chatId);
  return request === undefined ? undefined : { request };
}

function write(
  { service, outbox, now }: RequestCommandDeps,
  { inbound, chatId, say, words }: Conversation,
  { request: id, text }: RequestTextIntent,
): void {
  const request = service.get(id);
  if (!('messageId' in inbound) || inbound.messageId === undefined || request === undefined) return;
  if (request.phase !== 'open') {
    service.written(chatId);
    // After a crash the text that decided the request comes again; it is not late.
    if (request.by !== chatId) say(words.of(requestWords).answeredMeanwhile);
    return;
  }
  service.input(id, { type: 'wrote', at: now(), update: inbound.updateId, by: chatId, text: text.trim() });
  outbox.hint('setMessageReaction', {
    chat_id: chatId,
    message_id: inbound.messageId,
    reaction: [{ type: 'emoji', emoji: '👌' }],
  });
}
