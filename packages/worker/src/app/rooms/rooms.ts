import { createChooser } from '../../chat/chooser';
import { afterCommit } from '../../sessions/handlers/model';
import type { SessionHandlers } from '../../sessions/handlers/table';
import { createLifecycle } from '../../sessions/lifecycle/lifecycle';
import { createWindows } from '../../sessions/lifecycle/windows';
import type { WatchRoom } from '../../watch/watcher';
import type { Rooms, World } from '../model';
import { buildAttachments, type AttachmentRoom } from './attachments';
import { buildBoard, type BoardRoom } from './board';
import { buildFoundation, type Foundation } from './foundation';
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

function buildSessions(world: World, { registry, agents, handlers, waiting }: Foundation) {
  const { config, env, home, cwd, botUsername, paths, log } = world;
  const windows = createWindows({ panes: world.panes, registry, agents, home });
  const lifecycle = createLifecycle({
    host: { config, env, home, cwd, botUsername, dir: paths.dir },
    agents,
    registry,
    windows,
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
  const { registry, people, active, queue, authors, handlers } = foundation;
  const { windows, lifecycle } = buildSessions(world, foundation);
  const { whereabouts } = lifecycle;
  const redaction = buildRedaction(world, people);
  const outbox = buildOutbox(world, { ...foundation, chats: foundation, redaction });
  const boardRoom = buildBoard(world, foundation, outbox);
  const { board } = boardRoom;
  const watch = buildWatch(world, foundation, { windows, lifecycle, board, outbox });
  const delivery = buildDelivery(world, foundation, { windows, board, outbox, watch });
  const attachmentRoom = buildAttachments(world, foundation, {
    outbox,
    whereabouts,
    kick: (session) => void delivery.kick(session),
  });
  const rooms: Rooms = {
    world,
    settings: foundation.settings,
    people,
    active,
    threads: foundation.threads,
    chooser: createChooser({
      active,
      threads: foundation.threads,
      registry,
      board,
      kept: attachmentRoom.kept,
      now: () => world.now(),
    }),
    agents: foundation.agents,
    sessions: registry,
    waiting: foundation.waiting,
    windows,
    lifecycle,
    whereabouts,
    prompts: { queue, delivery, authors },
    watch,
    board,
    outbox,
    redaction,
    attachments: foundation.attachments,
    intake: attachmentRoom.intake,
    kept: attachmentRoom.kept,
  };
  return { rooms, handlers, watch, boardRoom, attachmentRoom };
}
