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
import { machinesOf } from './chat-view';

/**
 * Decides for the poller which machine handles an update. What it means is decided by the program's own grammar, over
 * the sessions of all machines, as the machine that handles it will do over its own.
 */
export function createDestinations(
  cluster: Cluster,
  rooms: Pick<Rooms, 'active' | 'agents'>,
  grammar: Grammar,
  now: () => number,
): (update: RawUpdate, stopping: AbortSignal) => Promise<Destination> {
  const { directory, view } = cluster;
  return async (update, stopping) => {
    const inbound = parseUpdate(update, now());
    if (inbound.kind === 'other') return { host: view.host, steers: false };
    const { chatId } = inbound;
    directory.note(inbound.updateId, chatId, ownMessage(inbound));
    await directory.settled(chatId, stopping);
    const answered = answeredMessage(inbound);
    const owner = answered === undefined ? undefined : await cluster.ownerOf(chatId, answered);
    const sessions = view.sessions();
    const machines = machinesOf(view, chatId);
    const read = (active: string | undefined): Intent =>
      route(inbound, chatView({ sessions, machines, active, agents: rooms.agents }), grammar);
    const active = rooms.active.get(chatId);
    const intent = read(active);
    const all = view.machines();
    const isAway = (host: string | undefined): boolean =>
      all.some((machine) => machine.host === host && machine.isAway);
    const hostOf = (of: Intent): string | undefined => {
      const host = hostOfIntent(of, sessions);
      const isForPoller = isAway(host) && grammar.commands[of.do]?.session === 'live-anywhere';
      return isForPoller ? view.host : host;
    };
    const isSlash = isCommand(inbound);
    const named = namesItself(inbound, grammar) ? hostOf(read(undefined)) : undefined;
    // What any machine can answer need not wait for one that is away.
    const needsOwner = !isForAnyMachine(inbound, grammar) || !isAway(owner);
    const destination = routeUpdate({
      self: view.host,
      hosts: all.map(({ host }) => host),
      named,
      owner: needsOwner ? owner : undefined,
      awaiting: inbound.kind === 'text' && !isOwn(intent) ? directory.awaiting(chatId, isSlash) : undefined,
      session: hostOf(intent),
      opens: intent.do === 'keep',
      chosen: presentDefault(machines),
      steers: inbound.kind === 'tap' || isSlash,
    });
    return { ...destination, active };
  };
}

/**
 * Whether it may say itself which session it is about: a command with a name, or a button that means the same wherever it
 * stands, such as one of a list of all sessions.
 */
function namesItself(inbound: Admitted, grammar: Grammar): boolean {
  return isForAnyMachine(inbound, grammar) || isCommand(inbound);
}

/** Whether it is a button that means the same on every machine. */
function isForAnyMachine(inbound: Admitted, { byVerb }: Grammar): boolean {
  return inbound.kind === 'tap' && kindOf(byVerb, inbound.data)?.counts === 'any';
}

/** Whether it is one of ccbot's own commands, which no other command waits for. */
function isOwn(intent: Intent): boolean {
  return intent.do !== 'prompt' && intent.do !== 'keep' && intent.do !== 'refuse';
}

/** The machine on which the chat starts sessions, unless it is away. */
function presentDefault({ machines, defaultHost }: ReturnType<typeof machinesOf>): string | undefined {
  return machines?.find(({ host, isAway }) => host === defaultHost && !isAway)?.host;
}

/** The machine that has the session of an intent, or carries it out. */
function hostOfIntent(intent: Intent, sessions: readonly SharedSession[]): string | undefined {
  const { session, host } = intent as { session?: unknown; host?: unknown };
  return typeof host === 'string' ? host : sessions.find(({ id }) => id === session)?.host;
}

interface Known {
  sessions: readonly SharedSession[];
  machines: ReturnType<typeof machinesOf>;
  active: string | undefined;
  agents: Rooms['agents'];
}

function chatView({ sessions, machines, active, agents }: Known): ChatView {
  return {
    sessions: sessions.filter(({ live }) => live),
    archived: sessions.flatMap(({ id, live }) => (live ? [] : [id])),
    ...machines,
    active,
    agents: agents.all.map(({ kind }) => ({ id: kind.id, line: kind.settings === null })),
    awaited: [],
    tapped: 'posted',
  };
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
