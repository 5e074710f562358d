import { createBoard } from '../../board/board';
import { boardEffects } from '../../board/effects';
import type { Board } from '../../board/model';
import { createPulse, type Pulse } from '../../board/pulse';
import { createBoardSessions } from '../../board/sessions';
import { maskGrowing } from '../../cards/redact/secrets';
import { draftOf, inertDraft } from '../../cards/agent-text';
import { createDrafts, type Drafts } from '../../outbox/drafts';
import type { Outbox } from '../../outbox/outbox';
import { afterCommit, type EffectTable } from '../../sessions/handlers/model';
import type { Settings } from '../../store/settings';
import { linesElsewhere } from '../cluster/all-sessions';
import type { World } from '../model';
import type { Foundation } from './foundation';

/** The board, with what keeps it moving. */
export interface BoardRoom {
  board: Board;
  pulse: Pulse;
  stop(): void;
}

export function buildBoard(world: World, foundation: Foundation, outbox: Outbox): BoardRoom {
  const { settings, people, active, agents, registry, waiting, handlers } = foundation;
  const { config, log } = world;
  const now = (): number => world.now();
  const panelMax = config.BG_STATUS_MAX;
  const drafts = buildDrafts(world, settings);
  const sessions = createBoardSessions({
    registry: { live: () => registry.live(), elsewhere: () => linesElsewhere(world.cluster, now()) },
    waiting,
    chats: {
      active: (chatId) => active.get(chatId),
      roleOf: (chatId) => world.cluster?.cards.roleOf(chatId) ?? 'draw',
    },
    agents,
    panelMax,
    now,
  });
  const board = createBoard({ sessions, people, outbox, settings, drafts, now });
  const pulse = createPulse({ registry, waiting, board, outbox, now, log });
  handlers.add('board', {
    effects: boardEffects({ board, outbox, people, now }),
    changed() {
      for (const chatId of people.chats) outbox.footerChanged(chatId);
    },
  });
  handlers.add('board/live', { effects: liveEffects(foundation, outbox, pulse, { board, drafts }) });
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
    render: (text) => inertDraft(maskGrowing(text)),
    server: world.config.TELEGRAM_API_ROOT,
    now: () => world.now(),
    log: world.log,
  });
}

interface Shown {
  board: Board;
  drafts: Drafts;
}

function liveEffects(foundation: Foundation, outbox: Outbox, pulse: Pulse, shown: Shown): EffectTable {
  return {
    watch: afterCommit((_session, { on }) => {
      if (on) pulse.stir();
    }),
    agents: afterCommit(() => pulse.stir()),
    draft: afterCommit((session) => showDraft(shown, outbox, foundation, session.id)),
  };
}

/** Shows the text that a session's agent is writing in the chats that write to it. */
function showDraft(
  { board, drafts }: Shown,
  outbox: Pick<Outbox, 'threadOf'>,
  { registry, people, active }: Foundation,
  id: string,
): void {
  const card = registry.get(id)?.card;
  if (card?.writing === undefined) return;
  for (const chatId of people.chats) {
    if (active.get(chatId) !== id || !board.draws(chatId)) continue;
    const thread = outbox.threadOf(chatId, { thread: 'session', session: id });
    drafts.show({ chatId, thread }, card.turn + 1, draftOf(card.name, card.writing));
  }
}
