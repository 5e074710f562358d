import { kindOf } from '../../cards/button';
import type { Grammar } from '../../chat/command';
import type { ChatView, Intent } from '../../chat/intents';
import { route } from '../../chat/route';
import type { Cluster } from '../../cluster/cluster';
import type { Destination, SharedSession } from '../../cluster/model';
import { routeUpdate } from '../../cluster/route';
import type { Admitted, Inbound } from '../../inbox/model';
import { parseUpdate } from '../../inbox/parse';
import type { RawUpdate } from '../../telegram/poll';
import type { Rooms } from '../model';

/** Intents that start a session, or are for the next one. */
const OPENS = new Set(['new', 'browse-new', 'keep']);

/**
 * Decides for the poller which machine handles an update. What it means is decided by the program's own grammar, over
 * the sessions of all machines, as the machine that handles it will do over its own.
 */
export function createDestinations(
  cluster: Cluster,
  rooms: Pick<Rooms, 'active' | 'agents'>,
  grammar: Grammar,
  now: () => number,
): (update: RawUpdate) => Promise<Destination> {
  const { directory, view } = cluster;
  return async (update) => {
    const inbound = parseUpdate(update, now());
    if (inbound.kind === 'other') return { host: view.host, steers: false };
    const { chatId } = inbound;
    directory.note(inbound.updateId, chatId, ownMessage(inbound));
    await directory.settled(chatId);
    const answered = answeredMessage(inbound);
    const owner = answered === undefined ? undefined : await directory.ownerOf(chatId, answered);
    const sessions = view.sessions();
    const intent = intentOf(inbound, sessions, rooms.active.get(chatId), rooms, grammar);
    const hostOf = (of: Intent): string | undefined =>
      sessions.find(({ id }) => id === (of as { session?: unknown }).session)?.host;
    const isSlash = isCommand(inbound);
    const named = namesItself(inbound, grammar)
      ? hostOf(intentOf(inbound, sessions, undefined, rooms, grammar))
      : undefined;
    return routeUpdate({
      self: view.host,
      hosts: view.machines().map(({ host }) => host),
      named,
      owner,
      awaiting: inbound.kind === 'text' && !isOwn(intent) ? directory.awaiting(chatId, isSlash) : undefined,
      session: hostOf(intent),
      opens: OPENS.has(intent.do),
      chosen: view.defaultHost(chatId),
      steers: inbound.kind === 'tap' || isSlash,
    });
  };
}

/**
 * Whether it may say itself which session it is about: a command with a name, or a button that means the same wherever it
 * stands, such as one of a list of all sessions.
 */
function namesItself(inbound: Admitted, { byVerb }: Grammar): boolean {
  if (inbound.kind === 'tap') return kindOf(byVerb, inbound.data)?.counts === 'any';
  return isCommand(inbound);
}

/** Whether it is one of ccbot's own commands, which no other command waits for. */
function isOwn(intent: Intent): boolean {
  return intent.do !== 'prompt' && intent.do !== 'keep' && intent.do !== 'refuse';
}

function intentOf(
  inbound: Admitted,
  sessions: readonly SharedSession[],
  active: string | undefined,
  { agents }: Pick<Rooms, 'agents'>,
  grammar: Grammar,
): Intent {
  const chat: ChatView = {
    sessions: sessions.filter(({ live }) => live),
    archived: sessions.flatMap(({ id, live }) => (live ? [] : [id])),
    active,
    agents: agents.all.map(({ kind }) => ({ id: kind.id, line: kind.settings === null })),
    awaited: [],
    tapped: 'posted',
  };
  return route(inbound, chat, grammar);
}

function isCommand(inbound: Inbound): boolean {
  return inbound.kind === 'text' && inbound.text.trimStart().startsWith('/');
}

/** The message of the bot, or of the user, that decides which machine it is for. */
function answeredMessage(inbound: Admitted): number | undefined {
  switch (inbound.kind) {
    case 'tap':
      return inbound.messageId;
    case 'edit':
      return inbound.messageId;
    case 'text':
    case 'attachment':
      return inbound.replyTo;
    case 'strange':
      return undefined;
  }
}

/** The message that the user wrote with it. */
function ownMessage(inbound: Admitted): number | undefined {
  return inbound.kind === 'text' || inbound.kind === 'attachment' ? inbound.messageId : undefined;
}
