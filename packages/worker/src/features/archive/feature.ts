import type { CreateFeature, Kernel } from '../../app/model';
import { tellWatchers } from '../../board/effects';
import { inTransaction } from '../../sessions/handlers/model';
import { createArchiving, type Archiving } from './archiving';
import { archiveCommands } from './commands';
import { createIdleArchiving, type IdleArchiving } from './idle';
import { archiveWords } from './words/words';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The archive: sessions that are done, idle or lost, and how they resume. */
export const archive: CreateFeature = (kernel) => {
  const {
    world,
    sessions: registry,
    windows,
    lifecycle,
    people,
    board,
    outbox,
    agents,
    active,
    chooser,
  } = kernel;
  const now = (): number => world.now();
  const archiving = createArchiving(registry, windows, now);
  const idle = idleArchiving(kernel, archiving);
  return {
    name: 'archive',
    commands: archiveCommands({
      archiving,
      list: { registry, agents, outbox, cluster: world.cluster?.view, now },
      restoring: { registry, lifecycle, active, chooser, board },
    }),
    effects: {
      'tell-archived': inTransaction((session, { why }) =>
        tellWatchers({ board, outbox, people, now }, session, 'archived', (words) =>
          words.of(archiveWords).archived[why](session.name),
        ),
      ),
    },
    start: () => idle.start(),
    stop: () => idle.stop(),
  };
};

function idleArchiving(kernel: Kernel, archiving: Archiving): IdleArchiving {
  const { world, sessions, lifecycle, prompts, people } = kernel;
  return createIdleArchiving({
    registry: sessions,
    archiving,
    limits: {
      archiveAfterMs: () => Number(people.preferences.get(0, 'archive-after')) * HOUR_MS,
      keepMs: world.config.ARCHIVE_PURGE_AFTER * DAY_MS,
    },
    isNeeded: async (session) =>
      prompts.queue.ofSession(session.id, ['waiting', 'typing', 'typed']).length > 0 ||
      !(await lifecycle.isAtRest(session)),
    now: () => world.now(),
    log: world.log,
  });
}
