import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { ClusterLink, Entry } from '../link';
import type { SharedCopy } from '../shared/copy';
import { holdKey, heldChatOf, machineKey, PREFIX } from '../shared/keys';
import { rowReader, type ReadRow } from '../shared/rows';
import { heldBy, heldFor, holdRow, type HeldChat, type HoldRow } from './decide';

export interface SharedHoldsDeps {
  host: string;
  copy: SharedCopy;
  link(): ClusterLink | null;
  /** Whether this machine takes part; before that, entries are from an earlier time. */
  isJoined(): boolean;
  log: LogFn;
}

export interface HoldListener {
  /** The chats that this machine sends to. */
  chats: readonly number[];
  /** Telegram has told another machine to send nothing for `ms`. May throw: then Telegram tells this one, too. */
  hold(chat: HeldChat, ms: number): void;
}

/** How long Telegram wants the bot to send nothing to a chat, which holds for all machines. */
export interface SharedHolds {
  /** Telegram has told this machine to leave a chat alone for `ms`. */
  told(chatId: number, ms: number): void;
  watch(listener: HoldListener): void;
  /** The copy is complete, and this machine is known to the others. */
  connected(): void;
  /** Another entry is known. */
  taken(entry: Entry): void;
}

interface HoldsState {
  readonly deps: SharedHoldsDeps;
  readonly read: ReadRow<HoldRow>;
  /** Until when Telegram holds up this machine, ms of the monotonic clock. */
  readonly held: Map<HeldChat, number>;
  listener: HoldListener | undefined;
}

export function createSharedHolds(deps: SharedHoldsDeps): SharedHolds {
  const state: HoldsState = {
    deps,
    read: rowReader(holdRow, deps.log),
    held: new Map(),
    listener: undefined,
  };
  return {
    told: (chatId, ms) => told(state, chatId, ms),
    watch(listener) {
      state.listener = listener;
    },
    connected() {
      const { copy, host } = deps;
      // Written just now: it says what time it is for the server.
      const now = copy.get(machineKey(host))?.at ?? 0;
      for (const entry of copy.under(PREFIX.hold)) hold(state, entry, now);
      for (const [chat, until] of state.held) void tell(state, chat, until - performance.now());
    },
    taken(entry) {
      if (entry.key.startsWith(PREFIX.hold) && deps.isJoined()) hold(state, entry, entry.at);
    },
  };
}

function hold({ deps, read, listener }: HoldsState, entry: Entry, now: number): void {
  const row = read(entry);
  const chat = heldChatOf(entry.key);
  if (row === null || chat === null || listener === undefined) return;
  if (chat !== 'all' && !listener.chats.includes(chat)) return;
  const ms = heldFor(row, entry.at, now, deps.host);
  if (ms === 0) return;
  deps.log('info', 'held up by telegram, as another machine was told', { chat, ms, host: row.host });
  try {
    listener.hold(chat, ms);
  } catch (error) {
    deps.log('error', 'hold not stored', { chat, reason: reasonOf(error) });
  }
}

function told(state: HoldsState, chatId: number, ms: number): void {
  const { held } = state;
  const now = performance.now();
  const chat = heldBy(chatId, ms, held, now);
  held.set(chatId, Math.max(held.get(chatId) ?? 0, now + ms));
  if (chat === null) return;
  held.set(chat, Math.max(held.get(chat) ?? 0, now + ms));
  void tell(state, chat, ms);
}

/** What cannot be told now is told after the next connection, with what is left of it then. */
async function tell({ deps }: HoldsState, chat: HeldChat, ms: number): Promise<void> {
  const link = deps.link();
  if (link === null || ms <= 0) return;
  const row: HoldRow = { host: deps.host, ms: Math.ceil(ms) };
  try {
    await link.state.put(holdKey(chat), JSON.stringify(row));
  } catch (error) {
    deps.log('warn', 'hold not shared', { chat, reason: reasonOf(error) });
  }
}
