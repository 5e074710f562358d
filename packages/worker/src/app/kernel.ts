import { NOTHING_RECONCILED, type Reconciled } from '../watch/reconcile';
import { hookHandler } from '../watch/hook-events';
import { listenOnPipe } from '../watch/pipe';
import { listenOnSocket, type SocketHandler, type SocketListener } from '../watch/socket';
import type { Words } from '../words/words';
import { FEATURES } from './features';
import { createLifeList, type Life } from './life-list';
import type { CreateFeature, Feature, Rooms, World } from './model';
import { buildInbox, type InboxRoom } from './rooms/inbox';
import { buildRooms, type BuiltRooms } from './rooms/rooms';
import { shareSessions } from './cluster/share-sessions';
import { tellAll } from './tell-all';

/** The worker without polling: `forever` and `once` feed it updates. */
export interface Kernel {
  rooms: Rooms;
  inbox: InboxRoom;
  /** Starts rooms and features, reconciles the sessions with the terminal, and begins to send. */
  start(): Promise<Reconciled>;
  /** Resolves when nothing that came in is still on its way into a terminal, and every transcript is read. */
  settled(): Promise<void>;
  isBusy(): boolean;
  /** Sends a notice to every user. */
  tellAll(name: string, text: (words: Words) => string): void;
  /** Stops everything but the outbox, which may still send what waits. */
  stop(): Promise<void>;
}

/** Builds the rooms, then the features over them, then the inbox, which answers with the commands of both. */
export function createKernel(world: World, features: readonly CreateFeature[] = FEATURES): Kernel {
  const built = buildRooms(world);
  const { rooms, watch, attachmentRoom } = built;
  const created = features.map((create) => create(rooms));
  for (const { name, effects, events } of created) built.handlers.add(name, { effects, events });
  const inbox = buildInbox(
    world,
    rooms,
    built.handlers,
    created.flatMap(({ commands }) => (commands === undefined ? [] : [commands])),
  );
  if (world.cluster !== undefined) shareSessions(world.cluster, rooms, built.handlers);
  let reconciled: Reconciled | undefined;
  const lives = createLifeList([
    socketLife(world, rooms, created),
    ...created,
    terminalLife(world, built, (result) => (reconciled = result)),
    ...roomLives(built, inbox),
  ]);
  return {
    rooms,
    inbox,
    async start() {
      await lives.start();
      return reconciled ?? NOTHING_RECONCILED;
    },
    async settled() {
      await attachmentRoom.intake.idle();
      await rooms.prompts.delivery.idle();
      await watch.follower.caughtUp();
    },
    isBusy: () => rooms.sessions.live().some(({ card }) => card.phase === 'working'),
    tellAll: (name, text) => tellAll(rooms, name, text),
    stop: () => lives.stop(),
  };
}

/**
 * Listens first and stops last: a hook that waits must find its request known, so features start in the same turn of
 * the event loop, before any connection is accepted, and stop before the connections are cut.
 */
function socketLife(
  { paths, updates, instance, now, log }: World,
  rooms: Rooms,
  features: readonly Feature[],
): Life {
  let listener: SocketListener | undefined;
  let pipe: Promise<SocketListener> | undefined;
  const handlers = new Map<string, SocketHandler>([
    ['hook', hookHandler((event) => rooms.watch.watcher.onHook(event), now)],
    ...features.flatMap(({ socket }) => Object.entries(socket ?? {})),
  ]);
  return {
    name: 'socket',
    async start() {
      updates.reclaim(instance);
      listener = await listenOnSocket(paths.workerSocket, handlers, log);
      pipe = listenOnPipe(paths.workerPipe, handlers, log); // nobody waits for it: there is the socket
    },
    async stop() {
      await (await pipe)?.close();
      await listener?.close();
    },
  };
}

function terminalLife(
  { panes }: World,
  { watch, rooms }: BuiltRooms,
  onReconciled: (result: Reconciled) => void,
): Life {
  return {
    name: 'terminal',
    async start() {
      await panes.start((event) => watch.watcher.onPanes(event));
      onReconciled(await watch.watcher.reconcile());
    },
    async stop() {
      watch.watcher.stop();
      rooms.prompts.delivery.stop();
      await rooms.prompts.delivery.idle();
      watch.follower.stop();
      rooms.sessions.settle();
      await panes.stop();
    },
  };
}

function roomLives({ rooms, boardRoom, attachmentRoom }: BuiltRooms, { journal, menu }: InboxRoom): Life[] {
  const { intake, sweep } = attachmentRoom;
  return [
    { name: 'outbox', start: () => rooms.outbox.start() },
    {
      name: 'attachments',
      start() {
        intake.resume();
        sweep.start();
      },
      async stop() {
        sweep.stop();
        await intake.stop();
      },
    },
    { name: 'board', start: () => boardRoom.pulse.stir(), stop: () => boardRoom.stop() },
    { name: 'inbox', stop: () => journal.stop() },
    { name: 'menu', stop: () => menu.stop() },
  ];
}
