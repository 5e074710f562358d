import type { Agent } from '../agents/agent';
import type { Outbox } from '../outbox/outbox';
import type { Button } from '../cards/view';
import type { Spoken } from '../inbox/model';
import { createBoard, type Board, type BoardDeps } from './board';
import { switcherRows } from './footer';
import type { Session } from '../sessions/model';
import { noticeOn } from '../chat/notices';
import type { Registry } from '../sessions/registry';
import type { QueuedView } from '../outbox/model';
import type { Settings } from '../store/settings';
import type { WordsOf } from '../words/words';
import type { ComposeDeps } from '../app/kernel';

/** The stations that a board works with; some are made after it. */
export interface BoardStations {
  outbox: Pick<Outbox, 'put' | 'reached' | 'stir'>;
  settings: Settings;
  registry(): Registry;
  wordsOf: WordsOf;
  lookOf: BoardDeps['lookOf'];
  nameOf: BoardDeps['nameOf'];
  agentOf(session: Session): Agent;
  /** Whether texts that are being written are shown as drafts. */
  drafts(): boolean;
  /** Whether a session waits for an answer of the person. */
  asked(id: string): boolean;
}

/** The board, and what else depends on which session a chat writes to. */
export interface BoardStation extends Board {
  /** The rows of buttons under the newest message of a chat. */
  foot(chatId: number): Button[][];
  /** An allowed person wrote or tapped. */
  heard(inbound: Spoken): void;
  /** Sessions came, went, or have other names. */
  changed(): void;
}

/** Wires what each chat sees of the sessions. */
export function createBoardStation(deps: ComposeDeps, stations: BoardStations): BoardStation {
  const { settings, outbox } = stations;
  const board = createBoard({
    put: (wanted) => stations.outbox.put(wanted),
    chats: deps.config.ALLOWED_USERS,
    live: () => stations.registry().live(),
    settings,
    drafts: () => stations.drafts(),
    asks: ({ id }) => stations.asked(id),
    clears: (session) => stations.agentOf(session).clearing !== undefined,
    panelMax: deps.config.BG_STATUS_MAX,
    wordsOf: stations.wordsOf,
    lookOf: stations.lookOf,
    nameOf: stations.nameOf,
    now: deps.now,
  });
  return {
    ...board,
    foot: (chatId) =>
      switcherRows(
        stations.registry().live(),
        settings.get(`chat:${chatId}`, 'active'),
        stations.wordsOf(chatId).board,
      ),
    heard(inbound) {
      const { chatId, name } = inbound;
      outbox.reached(chatId);
      if (name !== undefined && settings.get(`chat:${chatId}`, 'name') !== name)
        settings.set(`chat:${chatId}`, 'name', name);
      // A tap is on something; a message stands below all.
      if (inbound.kind !== 'tap') board.spoken(chatId);
    },
    changed: () => deps.config.ALLOWED_USERS.forEach((chatId) => outbox.stir(chatId)),
  };
}

/** Whether a message makes no sound: an answer where the person wants none with these, and a request of a session that the chat does not write to, where its kind is switched off. */
export function quietIn(settings: Settings): (wanted: QueuedView) => boolean {
  return ({ chatId, session, class: kind }) => {
    const get = (key: string): string | undefined => settings.get(`chat:${chatId}`, key);
    if (kind === 'answer') return get('silent-answers') === 'on';
    return kind === 'ask' && session !== undefined && get('active') !== session && !noticeOn('needs', get);
  };
}
