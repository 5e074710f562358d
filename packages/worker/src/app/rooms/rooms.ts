import { createAgentCatalog } from '../../agents/catalog';
import { createAttachmentStore } from '../../attachments/store';
import { createActiveSession } from '../../chat/active-session';
import { createChooser } from '../../chat/chooser';
import { createPeople } from '../../chat/people';
import { createUpdates } from '../../inbox/store';
import { createAuthorStore } from '../../prompts/author-store';
import { createPromptAuthors } from '../../prompts/authors';
import { createPromptEvents } from '../../prompts/events';
import { createPrompts } from '../../prompts/store';
import { afterCommit } from '../../sessions/handlers/model';
import { createSessionHandlers, type SessionHandlers } from '../../sessions/handlers/table';
import { createLifecycle } from '../../sessions/lifecycle/lifecycle';
import { createWindows } from '../../sessions/lifecycle/windows';
import { createRegistry } from '../../sessions/registry';
import { createSessionStore } from '../../sessions/store';
import { createWaitingSessions } from '../../sessions/waiting';
import { createRetryWhileFull } from '../../store/retry-while-full';
import { createSettings } from '../../store/settings';
import type { WatchRoom } from '../../watch/watcher';
import type { Rooms, World } from '../model';
import { buildAttachments, type AttachmentRoom } from './attachments';
import { buildBoard, type BoardRoom } from './board';
import { buildOutbox, buildRedaction } from './outbox';
import { buildDelivery } from './prompts';
import { buildWatch } from './watch';

/** The rooms, with what only starting and stopping needs. */
export interface BuiltRooms {
  rooms: Rooms;
  handlers: SessionHandlers;
  watch: WatchRoom;
  boardRoom: BoardRoom;
  attachmentRoom: AttachmentRoom;
}

/** What the rooms keep on disk, and who the users are: it needs nothing but the world. */
function buildFoundation(world: World) {
  const { config, store, log } = world;
  const settings = createSettings(store);
  const people = createPeople(settings, config);
  const handlers = createSessionHandlers();
  return {
    settings,
    people,
    handlers,
    active: createActiveSession(settings),
    agents: createAgentCatalog(world.env, config.CCBOT_AGENT_BACKEND),
    waiting: createWaitingSessions(() => world.now()),
    registry: createRegistry({ store: createSessionStore(store), handlers, log }),
    updates: createUpdates(store),
    queue: createPrompts(store),
    events: createPromptEvents(),
    attachments: createAttachmentStore(store, log),
    authors: createPromptAuthors(
      people,
      createAuthorStore(store, () => world.now()),
    ),
    retryWhileFull: createRetryWhileFull(store, log),
  };
}

type Foundation = ReturnType<typeof buildFoundation>;

function buildSessions(world: World, { registry, agents, people, handlers, waiting }: Foundation) {
  const { config, env, home, cwd, botUsername, paths, log } = world;
  const windows = createWindows({ panes: world.panes, registry, agents, home });
  const lifecycle = createLifecycle({
    host: { config, env, home, cwd, botUsername, dir: paths.dir },
    agents,
    registry,
    windows,
    wordsOf: (chatId) => people.wordsOf(chatId),
    log,
    now: () => world.now(),
  });
  handlers.add('sessions', { effects: lifecycle.effects });
  handlers.add('sessions/waiting', { effects: { release: afterCommit(({ id }) => waiting.release(id)) } });
  return { windows, lifecycle };
}

/** Builds the rooms in the order in which data passes them, from the phone's end. */
export function buildRooms(world: World): BuiltRooms {
  const foundation = buildFoundation(world);
  const { registry, people, active, queue, events, authors, handlers } = foundation;
  const { windows, lifecycle } = buildSessions(world, foundation);
  const redaction = buildRedaction(world, people);
  const outbox = buildOutbox(world, { ...foundation, redaction });
  const boardRoom = buildBoard(world, { ...foundation, outbox });
  const { board } = boardRoom;
  const prompts = { queue, events, authors };
  const watch = buildWatch(world, { ...foundation, windows, lifecycle, board, outbox, prompts });
  const delivery = buildDelivery(world, { ...foundation, windows, board, outbox, watch });
  const attachmentRoom = buildAttachments(world, {
    ...foundation,
    outbox,
    kick: (session) => void delivery.kick(session),
  });
  const rooms: Rooms = {
    world,
    settings: foundation.settings,
    people,
    active,
    chooser: createChooser(active, registry, board, () => world.now()),
    agents: foundation.agents,
    sessions: registry,
    waiting: foundation.waiting,
    windows,
    lifecycle,
    prompts: { queue, delivery, authors },
    watch,
    board,
    outbox,
    redaction,
    updates: foundation.updates,
    attachments: foundation.attachments,
    intake: attachmentRoom.intake,
  };
  return { rooms, handlers, watch, boardRoom, attachmentRoom };
}
