import type { CreateFeature, Kernel } from '../../app/model';
import type { Cluster } from '../../cluster/cluster';
import { threadOf } from '../../outbox/model';
import { plainName } from '../../sessions/model';
import { handoverCommands, type Moves } from './commands';
import { createGit } from './git/repository';
import { gitRunner } from './git/run';
import { readHandover } from './handover';
import { createHandoverChat } from './machines/chat';
import { createPendingStore } from './machines/pending';
import { createSource, type Movable, type Source } from './machines/source';
import { createTarget, type Landing } from './machines/target';

/**
 * `/handover @agent [session]`: another agent continues a session's work in a session of its own. `/handover host:`: the
 * same on another machine.
 */
export const handover: CreateFeature = (kernel) => {
  const { world, sessions: registry, whereabouts, agents, lifecycle, chooser, prompts } = kernel;
  const moves = world.cluster === undefined ? undefined : createMoves(kernel, world.cluster);
  return {
    name: 'handover',
    commands: handoverCommands({
      sources: { registry, whereabouts },
      agents,
      lifecycle,
      chooser,
      prompts,
      world: { now: () => world.now(), ...(moves === undefined ? {} : { machines: moves }) },
    }),
    stop: () => moves?.stop(),
  };
};

/** What this machine does for, and asks of, the others. */
function createMoves(kernel: Kernel, { exchange, view }: Cluster): Moves & { stop(): void } {
  const { world, outbox, people } = kernel;
  const { log, home } = world;
  const git = createGit(gitRunner(world.env));
  const chat = createHandoverChat(outbox, people);
  const movable = (session: string): Promise<Movable | null> => findMovable(kernel, view.host, session);
  // The working copy of this machine alone: it says what this machine has begun.
  const pending = createPendingStore(kernel.settings);
  const source: Source = createSource({
    exchange,
    view,
    git,
    movable,
    chat,
    disk: { pending, home, now: () => world.now(), log },
  });
  const self = { host: view.host, home };
  const target = createTarget({ exchange, self, git, landing: landingOf(kernel), chat, log });
  return {
    view,
    source,
    movable,
    stop() {
      source.stop();
      target.stop();
    },
  };
}

async function findMovable(
  { sessions, whereabouts, agents }: Kernel,
  host: string,
  id: string,
): Promise<Movable | null> {
  const session = sessions.get(id);
  if (session === undefined) return null;
  const name = plainName(session);
  const cwd = await whereabouts.directory(session);
  return {
    name,
    cwd,
    agent: session.agent,
    async document(notCarried) {
      const found = await whereabouts.transcript(session);
      if (found === null) return null;
      return readHandover({ name, cwd }, found, agents.of(session), { host, notCarried });
    },
  };
}

function landingOf({ people, sessions, lifecycle, chooser, prompts, world }: Kernel): Landing {
  return {
    isAllowed: (chatId) => people.isAllowed(chatId),
    installed: () => lifecycle.installed(),
    used: () => [...new Set(sessions.all().map(({ cwd }) => cwd))].reverse(),
    open: (request) => lifecycle.open(request),
    begin({ id, chatId, thread, update, text }) {
      chooser.open({ chatId, thread: threadOf(thread) }, id);
      prompts.queue.add({ id: update, session: id, chatId, messageId: 0, text }, world.now());
      void prompts.delivery.kick(id);
    },
  };
}
