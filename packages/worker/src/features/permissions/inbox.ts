import { button } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import { maskedLine } from '../../cards/clean';
import type { Button } from '../../cards/view';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { Intent, SessionIntent } from '../../chat/intents';
import type { Cluster } from '../../cluster/cluster';
import type { Registry } from '../../sessions/registry';
import { code } from '../../words/markdown';
import type { Words } from '../../words/words';
import { requestButton, waitingButton } from './buttons';
import { inboxElsewhere, type WaitSources } from './inbox-elsewhere';
import { copyIn } from './model';
import { lineOf } from './render';
import type { RequestService } from './service';
import { requestWords } from './words/words';

export interface InboxDeps extends WaitSources {
  service: Pick<RequestService, 'open' | 'openOf' | 'input'>;
  registry: Pick<Registry, 'live' | 'get' | 'dispatch'>;
  /** The other machines; undefined: there is no cluster. */
  cluster: Pick<Cluster, 'view' | 'reports'> | undefined;
  now(): number;
}

/** The most entries of other machines: each has a button, and a message holds 4,096 characters. */
const ELSEWHERE_MAX = 30;

/** The longest line of an entry, UTF-16 units. */
const LINE_MAX = 100;

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

/** `/inbox`: everything that waits for an answer, on every machine. */
export function inboxCommand(deps: InboxDeps): CommandTable {
  const inbox = commands<InboxIntent>({
    inbox: {
      slash: { names: ['inbox'], read: () => ({ do: 'inbox' }) },
      menu: (words) => words.of(requestWords).menuInbox,
      button: BUTTON.inbox,
      run: (conversation) => showInbox(deps, conversation),
    },
  });
  if (deps.cluster === undefined) return inbox;
  return {
    ...inbox,
    ...commands<SessionIntent<'show-waiting'>>({
      'show-waiting': {
        button: waitingButton,
        run: (conversation, { session }) => showWaiting(deps, conversation, session),
      },
    }),
  };
}

function showInbox(deps: InboxDeps, { chatId, say, ack, words }: Conversation): void {
  ack();
  const at = deps.now();
  const text = words.of(requestWords);
  const entries = [
    ...waitingRequests(deps, chatId, words),
    ...waitingDialogs(deps, chatId, words),
    ...waitingElsewhere(deps, chatId, words),
  ];
  const awayLines = words.machines.awayLines(deps.cluster?.view.machines() ?? [], at);
  if (entries.length === 0) return say([text.inboxEmpty, ...awayLines].join('\n\n'));
  const own = entries.filter(({ isForOthers }) => !isForOthers);
  const others = entries.filter(({ isForOthers }) => isForOthers);
  const lists = [listOf(text.inbox, own, at, words), listOf(text.inboxOthers, others, at, words)].filter(
    (list) => list !== '',
  );
  say(
    [...lists, ...awayLines].join('\n\n'),
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

/** What other machines reported. Their session's machine shows it, because only it can. */
function waitingElsewhere({ cluster }: InboxDeps, chatId: number, words: Words): InboxEntry[] {
  if (cluster === undefined) return [];
  const text = words.of(requestWords);
  const waits = inboxElsewhere(cluster).slice(0, ELSEWHERE_MAX);
  return waits.map(({ session, name, kind, lines, since, chats }) => ({
    name,
    what: whatOf(kind, lines, words),
    isForOthers: !chats.includes(chatId),
    ...(since === undefined ? {} : { since }),
    button: button(waitingButton, text.show(name), { session }),
  }));
}

function whatOf(kind: string, lines: Readonly<Record<string, string>> | undefined, words: Words): string {
  const text = words.of(requestWords);
  if (kind === 'dialog') return text.dialogOpen;
  if (kind === 'prompt') return text.uncertainPrompt;
  return maskedLine(lines?.[words.language] ?? lines?.['en'] ?? '', LINE_MAX);
}

/** Sends everything again that a session waits for. */
function showWaiting(deps: InboxDeps, { inbound, chatId, say, ack, words }: Conversation, id: string): void {
  const { service, registry, queue, now } = deps;
  const text = words.of(requestWords);
  const session = registry.get(id);
  const requests = service.openOf(id).filter(({ phase, unseen }) => phase === 'open' && unseen !== true);
  const prompts = queue.ofSession(id, ['typing']);
  const isDialog = session?.phase === 'dialog' && requests.length === 0;
  if (requests.length + prompts.length === 0 && !isDialog) return ack(text.inboxEmpty);
  ack();
  const tap = { type: 'tapped', at: now(), update: inbound.updateId, by: chatId, isOnCopy: true } as const;
  for (const { id: request, nonce } of requests)
    service.input(request, { ...tap, nonce, action: { act: 'again' } });
  if (isDialog) registry.dispatch(id, [{ type: 'screen.asked', at: now(), isNew: true, by: chatId }]);
  for (const prompt of prompts)
    say(`**${code(session?.name ?? id)}** ${code(text.uncertainPrompt)}`, [
      [button(BUTTON.retype, words.sendAgain, { prompt: prompt.id })],
    ]);
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
