import { createBoard } from '../../board/board';
import type { Board } from '../../board/model';
import { boardEffects } from '../../board/effects';
import { createPulse, type Pulse } from '../../board/pulse';
import { maskGrowing } from '../../cards/redact/secrets';
import type { ActiveSession } from '../../chat/active-session';
import type { People } from '../../chat/people';
import type { AgentCatalog } from '../../agents/catalog';
import { createDrafts, type Drafts } from '../../outbox/drafts';
import type { Outbox } from '../../outbox/outbox';
import { afterCommit } from '../../sessions/handlers/model';
import type { SessionHandlers } from '../../sessions/handlers/table';
import type { Registry } from '../../sessions/registry';
import type { WaitingSessions } from '../../sessions/waiting';
import type { Settings } from '../../store/settings';
import type { World } from '../model';

/** The rooms that the board reads from. */
export interface BoardParts {
  settings: Settings;
  people: People;
  active: ActiveSession;
  agents: AgentCatalog;
  registry: Registry;
  waiting: WaitingSessions;
  outbox: Outbox;
  handlers: SessionHandlers;
}

/** The board, with what keeps it moving. */
export interface BoardRoom {
  board: Board;
  pulse: Pulse;
  stop(): void;
}

export function buildBoard(world: World, parts: BoardParts): BoardRoom {
  const { people, outbox, handlers } = parts;
  const drafts = buildDrafts(world, parts.settings);
  const board = createBoard({
    put: (view) => outbox.put(view),
    chats: people.chats,
    live: () => parts.registry.live(),
    settings: parts.settings,
    drafts: () => drafts.known(),
    asks: ({ id }) => parts.waiting.isWaiting(id),
    clears: (session) => parts.agents.of(session).clearing !== undefined,
    panelMax: world.config.BG_STATUS_MAX,
    wordsOf: (chatId) => people.wordsOf(chatId),
    lookOf: (chatId) => people.lookOf(chatId),
    nameOf: (chatId) => people.nameOf(chatId),
    now: () => world.now(),
  });
  const pulse = buildPulse(world, parts, board);
  handlers.add('board', {
    effects: boardEffects({ board, outbox, people, now: () => world.now() }),
    changed() {
      for (const chatId of people.chats) outbox.stir(chatId);
    },
  });
  handlers.add('board/live', {
    effects: {
      watch: afterCommit((_session, { on }) => {
        if (on) pulse.stir();
      }),
      agents: afterCommit(() => pulse.stir()),
      draft: afterCommit((session) => showDraft(drafts, parts, session.id)),
    },
  });
  return {
    board,
    pulse,
    stop() {
      pulse.stop();
      drafts.stop();
    },
  };
}

function buildDrafts(world: World, settings: Settings): Drafts {
  return createDrafts({
    api: world.api,
    memory: {
      get: (key) => settings.get('telegram', key),
      set: (key, value) => settings.set('telegram', key, value),
    },
    redact: (text) => maskGrowing(text),
    server: world.config.TELEGRAM_API_ROOT,
    now: () => world.now(),
    log: world.log,
  });
}

function buildPulse(world: World, { registry, people, active, waiting, outbox }: BoardParts, board: Board) {
  return createPulse({
    live: () => registry.live(),
    chats: people.chats,
    active: (chatId) => active.get(chatId),
    beat: () => board.beat(),
    asks: ({ id }) => waiting.isShown(id),
    tick: (id) => registry.dispatch(id, [{ type: 'ticked', at: world.now() }]),
    typing: (chatId) => outbox.hint('sendChatAction', { chat_id: chatId, action: 'typing' }),
    log: world.log,
  });
}

/** Shows the text that a session's agent is writing in the chats that write to it. */
function showDraft(drafts: Drafts, { registry, people, active }: BoardParts, id: string): void {
  const card = registry.get(id)?.card;
  if (card?.writing === undefined) return;
  for (const chatId of people.chats)
    if (active.get(chatId) === id) drafts.show(chatId, card.turn + 1, card.writing);
}
