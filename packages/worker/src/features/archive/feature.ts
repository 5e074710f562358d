import type { CreateFeature } from '../../app/model';
import { tellWatchers } from '../../board/effects';
import { BUTTON } from '../../cards/buttons';
import { commands } from '../../chat/command';
import { sessionSlash } from '../../chat/route';
import { inTransaction } from '../../sessions/handlers/model';
import { archivedButton, forgetButton } from './buttons';
import { archiveCommands, type ArchiveIntents } from './commands';
import { createIdleKeeper } from './idle';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The archive: sessions that are done, idle or lost, and how they continue. */
export const archive: CreateFeature = (kernel) => {
  const { world, sessions, windows, lifecycle, prompts, people, board, outbox, agents, chooser } = kernel;
  const { config, log } = world;
  const now = (): number => world.now();

  async function archiveSession(id: string, why: 'done' | 'idle'): Promise<void> {
    // First the state: the window's own end must not be reported as a surprise.
    sessions.dispatch(id, [{ type: 'archived', at: now(), why }]);
    await windows.closeIfThere(id);
  }

  const idle = createIdleKeeper({
    registry: sessions,
    afterMs: () => Number(people.preferences.get(0, 'archive-after')) * HOUR_MS,
    needed: async (session) =>
      prompts.queue.ofSession(session.id, ['waiting', 'typing', 'typed']).length > 0 ||
      !(await lifecycle.isAtRest(session)),
    keepMs: config.ARCHIVE_PURGE_AFTER * DAY_MS,
    archive: (id) => archiveSession(id, 'idle'),
    now,
    log,
  });
  const handlers = archiveCommands({
    registry: sessions,
    archive: (id) => archiveSession(id, 'done'),
    restore: (id) => lifecycle.restore(id),
    agents: agents.all.map(({ kind }) => kind).filter(({ settings }) => settings !== null),
    titleOf: (agent) => agents.titleOf(agent),
    active: { set: (chatId, session) => chooser.open(chatId, session) },
    watchers: (session) => board.watchers(session),
    put: (view) => outbox.put(view),
    now,
  });
  return {
    name: 'archive',
    commands: commands<ArchiveIntents>({
      done: {
        slash: sessionSlash(['done'], (session) => ({ do: 'done', session })),
        menu: (words) => words.menu.done,
        run: handlers.done,
      },
      archive: {
        slash: { names: ['archive'], read: () => FIRST_PAGE },
        menu: (words) => words.menu.archive,
        button: BUTTON.archive,
        run: handlers.archive,
      },
      archived: { session: 'live-or-archived', button: archivedButton, run: handlers.archived },
      restore: { session: 'live-or-archived', button: BUTTON.restore, run: handlers.restore },
      'restore-lost': { button: BUTTON.restoreLost, run: handlers['restore-lost'] },
      forget: { session: 'live-or-archived', button: forgetButton, run: handlers.forget },
    }),
    effects: {
      'tell-archived': inTransaction((session, { why }) =>
        tellWatchers({ board, outbox, people, now }, session, 'archived', (words) =>
          words.archive.archived[why](session.name),
        ),
      ),
    },
    start: () => idle.start(),
    stop: () => idle.stop(),
  };
};

const FIRST_PAGE = { do: 'archive', page: 0 } as const;
