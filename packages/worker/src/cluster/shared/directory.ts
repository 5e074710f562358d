import type { LogFn } from '@ccbot/shared/log/logger';
import { pause } from '@ccbot/shared/pause';
import type { Entry } from '../link';
import type { Awaits, Destination, HandledUpdate, Machine, SharedSession } from '../model';
import type { SharedCopy } from './copy';
import type { MessageOwners } from './messages';
import { handledKey, machineKey, PREFIX, sessionKey } from './keys';
import {
  handledRow,
  type HandledRow,
  machineRow,
  machinesIn,
  rowIn,
  rowReader,
  sessionRow,
  sessionsIn,
  type MachineRow,
  type ReadRow,
} from './rows';

/** How long an update waits for an earlier one of its chat that may change where it goes, ms. */
const SETTLE_MS = 2_000;

interface DirectoryDeps {
  host: string;
  copy: SharedCopy;
  owners: Pick<MessageOwners, 'note' | 'connected'>;
  log: LogFn;
}

/** Who has what: machines, sessions, messages, and how far each machine is. */
export interface Directory {
  machines(): Machine[];
  sessions(): SharedSession[];
  /** The machine of a session; undefined: no machine is known to have it. */
  hostOf(session: string): string | undefined;
  /** There is another machine. */
  hasOthers(): boolean;
  /** The machine that waits for the chat's next text. */
  awaiting(chatId: number, isSlash: boolean): string | undefined;
  /**
   * Resolves when what was sent last in a chat was handled, if it may change where the next update goes; or soon, or when
   * `stopping` aborts.
   */
  settled(chatId: number, stopping: AbortSignal): Promise<void>;
  /** An update was sent to a machine. */
  sent(update: { update_id: number }, destination: Destination): void;
  /** As {@link sent}, for the chat and the message of an update. */
  note(update: number, chatId: number, messageId: number | undefined): void;
  /** The last update of a chat that a machine has handled; 0: none is known. */
  handledUntil(host: string, chatId: number): number;
  publish(sessions: readonly SharedSession[]): void;
  handled(chatId: number, update: HandledUpdate, awaits: Awaits): void;
  connected(): void;
  /** Another entry is known. True if it changes what is shown. */
  taken(entry: Entry): boolean;
}

interface DirectoryState {
  readonly deps: DirectoryDeps;
  /** What this machine's sessions were last published as, by id. */
  readonly published: Map<string, string>;
  /** How far this machine is, by chat, as it last said. */
  readonly reached: Map<number, string>;
  /** The last update of each chat with which its user wrote, of those that this machine handled. */
  readonly written: Map<number, number>;
  /** What may change where a chat's updates go, and is not handled yet. */
  readonly open: Map<number, { update: number; host: string }>;
  /** The chat and the message of the update that is on its way to the stream. */
  current: { update: number; chatId: number; messageId: number | undefined } | undefined;
  /** Called for every entry. */
  readonly waiting: Set<() => void>;
  readonly read: { machine: ReadRow<MachineRow>; session: ReadRow<SharedSession> };
  /** Undefined: not known since the machines changed. */
  hasOthers: boolean | undefined;
  /** The machines as they were last reported. */
  shown: string;
}

export function createDirectory(deps: DirectoryDeps): Directory {
  const state: DirectoryState = {
    deps,
    published: new Map(),
    reached: new Map(),
    written: new Map(),
    open: new Map(),
    current: undefined,
    waiting: new Set(),
    read: { machine: rowReader(machineRow, deps.log), session: rowReader(sessionRow, deps.log) },
    hasOthers: undefined,
    shown: '',
  };
  const { copy } = deps;
  return {
    machines: () => machines(state),
    sessions: () => sessions(state),
    hostOf: (session) => hostOf(state, session),
    hasOthers: () => hasOthers(state),
    awaiting: (chatId, isSlash) => awaiting(state, chatId, isSlash),
    settled: (chatId, stopping) => settled(state, chatId, stopping),
    sent: ({ update_id: update }, destination) => sent(state, update, destination),
    note(update, chatId, messageId) {
      state.current = { update, chatId, messageId };
    },
    handledUntil: (of, chatId) => handledUntil(copy, of, chatId),
    publish: (sessions) => publish(state, sessions),
    handled: (chatId, update, awaits) => handled(state, chatId, update, awaits),
    connected() {
      state.hasOthers = undefined;
      removeOldSessions(state);
      shareReached(state);
      void deps.owners.connected();
    },
    taken(entry) {
      for (const done of [...state.waiting]) done();
      if (entry.key.startsWith(PREFIX.machine)) state.hasOthers = undefined;
      if (entry.key.startsWith(PREFIX.session)) return true;
      return entry.key.startsWith(PREFIX.machine) && machinesChanged(state);
    },
  };
}

/** Each machine writes its entry every few seconds, and mostly only to say that it is there. */
function machinesChanged(state: DirectoryState): boolean {
  const before = state.shown;
  state.shown = machines(state)
    .map(({ host, version, startedAt, isAway }) => [host, version, startedAt, isAway].join(' '))
    .join('\n');
  return state.shown !== before;
}

/** Asked for each name that is shown. */
function hasOthers(state: DirectoryState): boolean {
  state.hasOthers ??= machines(state).some(({ isSelf }) => !isSelf);
  return state.hasOthers;
}

function machines({ deps: { copy, host }, read }: DirectoryState): Machine[] {
  // Our own entry is never older than 5 s: it says what time it is for the server.
  const now = copy.get(machineKey(host))?.at ?? 0;
  return machinesIn(copy.under(PREFIX.machine), host, now, read.machine);
}

/** Those of machines that are still among them. */
function sessions({ deps: { copy }, read }: DirectoryState): SharedSession[] {
  return sessionsIn(copy.under(PREFIX.session), read.session).filter(({ host }) => isKnown(copy, host));
}

/** Asked at each change of any machine, so the sessions of all are not sorted for it. */
function hostOf({ deps: { copy }, read }: DirectoryState, session: string): string | undefined {
  const entry = copy.get(sessionKey(session));
  const host = entry === undefined ? undefined : read.session(entry)?.host;
  return host !== undefined && isKnown(copy, host) ? host : undefined;
}

const isKnown = (copy: SharedCopy, host: string): boolean => copy.get(machineKey(host)) !== undefined;

function awaiting(state: DirectoryState, chatId: number, isSlash: boolean): string | undefined {
  const { copy } = state.deps;
  return machines(state).find(({ host, isAway }) => {
    const awaits = rowIn(handledRow, copy.get(handledKey(host, chatId)))?.awaits ?? 'no';
    return !isAway && (awaits === 'any' || (awaits === 'text' && !isSlash));
  })?.host;
}

function handled(
  { deps: { host, copy }, reached, written }: DirectoryState,
  chatId: number,
  { update, isWritten }: HandledUpdate,
  awaits: Awaits,
): void {
  if (isWritten) written.set(chatId, update);
  const last = written.get(chatId);
  const row: HandledRow = { update, awaits, ...(last === undefined ? {} : { written: last }) };
  const text = JSON.stringify(row);
  reached.set(chatId, text);
  copy.put(handledKey(host, chatId), text);
}

function handledUntil(copy: SharedCopy, host: string, chatId: number): number {
  return rowIn(handledRow, copy.get(handledKey(host, chatId)))?.update ?? 0;
}

async function settled(state: DirectoryState, chatId: number, stopping: AbortSignal): Promise<void> {
  const isOpen = (): boolean => {
    const open = state.open.get(chatId);
    if (open === undefined) return false;
    const done = handledUntil(state.deps.copy, open.host, chatId);
    return done < open.update && machines(state).some(({ host, isAway }) => host === open.host && !isAway);
  };
  if (isOpen()) {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const look = (): void => {
      if (!isOpen()) end();
    };
    state.waiting.add(look);
    stopping.addEventListener('abort', end);
    if (stopping.aborted) end();
    await pause(SETTLE_MS, ending.signal);
    stopping.removeEventListener('abort', end);
    state.waiting.delete(look);
  }
  state.open.delete(chatId);
}

function sent(state: DirectoryState, update: number, { host, steers }: Destination): void {
  const { current } = state;
  if (current?.update !== update) return;
  if (steers) state.open.set(current.chatId, { update, host });
  // A reply to a user's own message, or an edit of it, goes where the message went.
  if (current.messageId !== undefined) state.deps.owners.note(current.chatId, current.messageId, host);
}

function publish(state: DirectoryState, sessions: readonly SharedSession[]): void {
  const { published, deps } = state;
  const gone = new Set(published.keys());
  for (const session of sessions) {
    gone.delete(session.id);
    const row = JSON.stringify(session);
    if (published.get(session.id) === row) continue;
    published.set(session.id, row);
    deps.copy.put(sessionKey(session.id), row);
  }
  for (const id of gone) {
    published.delete(id);
    deps.copy.put(sessionKey(id), null);
  }
}

/** After the cluster lost its data: nobody knows that this machine waits for a chat's next text. */
function shareReached({ deps: { copy, host }, reached }: DirectoryState): void {
  for (const [chatId, text] of reached) {
    const key = handledKey(host, chatId);
    if (copy.get(key) === undefined) copy.put(key, text);
  }
}

/** Sessions of this machine that it does not have any more, such as after its database was lost. */
function removeOldSessions({ deps: { copy, host }, published, read }: DirectoryState): void {
  for (const { id, host: of } of sessionsIn(copy.under(PREFIX.session), read.session))
    if (of === host && !published.has(id)) copy.put(sessionKey(id), null);
  // After the cluster lost its data.
  for (const [id, row] of published)
    if (copy.get(sessionKey(id))?.value !== row) copy.put(sessionKey(id), row);
}
