import type { Board } from '../../board/model';
import { button } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import type { Button } from '../../cards/view';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { Intent } from '../../chat/intents';
import type { PromptQueue } from '../../prompts/model';
import type { Registry } from '../../sessions/registry';
import { code } from '../../words/markdown';
import type { Words } from '../../words/words';
import { requestButton } from './buttons';
import { copyIn } from './model';
import { lineOf } from './render';
import type { RequestService } from './service';
import { requestWords } from './words/words';

export interface InboxDeps {
  service: Pick<RequestService, 'open' | 'openOf'>;
  registry: Pick<Registry, 'live'>;
  board: Pick<Board, 'responders'>;
  queue: Pick<PromptQueue, 'ofSession'>;
  now(): number;
}

/** Something that waits for an answer. */
interface InboxEntry {
  name: string;
  what: string;
  /** Other users were asked, and this one was not. */
  isForOthers: boolean;
  /** Since when, ms since the epoch, if it is known. */
  since?: number;
  button: Button;
}

type InboxIntent = Intent & { readonly do: 'inbox' };

/** `/inbox`: everything that waits for an answer. */
export function inboxCommand(deps: InboxDeps): CommandTable {
  return commands<InboxIntent>({
    inbox: {
      slash: { names: ['inbox'], read: () => ({ do: 'inbox' }) },
      menu: (words) => words.of(requestWords).menuInbox,
      button: BUTTON.inbox,
      run: (conversation) => showInbox(deps, conversation),
    },
  });
}

function showInbox(deps: InboxDeps, { chatId, say, ack, words }: Conversation): void {
  ack();
  const at = deps.now();
  const text = words.of(requestWords);
  const entries = [...waitingRequests(deps, chatId, words), ...waitingDialogs(deps, chatId, words)];
  if (entries.length === 0) return say(text.inboxEmpty);
  const own = entries.filter(({ isForOthers }) => !isForOthers);
  const others = entries.filter(({ isForOthers }) => isForOthers);
  const lists = [listOf(text.inbox, own, at, words), listOf(text.inboxOthers, others, at, words)].filter(
    (list) => list !== '',
  );
  say(
    lists.join('\n\n'),
    [...own, ...others].map((entry) => [entry.button]),
  );
}

function waitingRequests({ service }: InboxDeps, chatId: number, words: Words): InboxEntry[] {
  const text = words.of(requestWords);
  return service
    .open()
    .filter(({ phase, unseen }) => phase === 'open' && unseen !== true)
    .map((request) => ({
      name: request.name,
      what: lineOf(request, text),
      isForOthers: copyIn(request, chatId) === undefined,
      since: request.at,
      button: button(requestButton, text.show(request.name), {
        request: request.id,
        nonce: request.nonce,
        action: { act: 'again' },
      }),
    }));
}

/** Dialogs that are shown as screens, and prompts that may not have arrived. */
function waitingDialogs(
  { service, registry, board, queue }: InboxDeps,
  chatId: number,
  words: Words,
): InboxEntry[] {
  const text = words.of(requestWords);
  return registry.live().flatMap((session): InboxEntry[] => {
    const { id, name } = session;
    const isForOthers = !board.responders(session).includes(chatId);
    const entries: InboxEntry[] = [];
    if (session.phase === 'dialog' && service.openOf(id).length === 0) {
      entries.push({
        name,
        what: text.dialogOpen,
        isForOthers,
        button: button(BUTTON.screen, text.show(name), { session: id }),
      });
    }
    for (const prompt of queue.ofSession(id, ['typing'])) {
      entries.push({
        name,
        what: text.uncertainPrompt,
        isForOthers: isForOthers && prompt.chatId !== chatId,
        button: button(BUTTON.retype, words.sendAgain, { prompt: prompt.id }),
      });
    }
    return entries;
  });
}

/** A list in Markdown; empty without entries. */
function listOf(heading: string, entries: readonly InboxEntry[], at: number, words: Words): string {
  if (entries.length === 0) return '';
  return [heading, ...entries.map((entry) => lineOfEntry(entry, at, words))].join('\n');
}

function lineOfEntry({ name, what, since }: InboxEntry, at: number, words: Words): string {
  const line = code(what);
  const text =
    since === undefined ? line : words.of(requestWords).waitsSince(line, words.card.span(at - since));
  return `- **${code(name)}** ${text}`;
}
