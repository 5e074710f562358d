import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Agent } from '../../agents/agent';
import { createIdleKeeper, type IdleKeeper } from './idle';
import type { Session } from '../../sessions/model';
import { endOrphans } from '../../sessions/lifecycle/orphans';
import type { PromptQueue } from '../../prompts/model';
import type { Registry } from '../../sessions/registry';
import { PanesError } from '../../terminal/panes';
import type { Wiring } from '../../app/kernel';

/** An hour and a day, ms. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What putting sessions away needs. */
export interface ArchivingStations {
  registry: Registry;
  agentOf(session: Session): Agent;
  prompts: Pick<PromptQueue, 'ofSession'>;
}

/** What puts sessions into the archive, and leaves nothing of them behind. */
export interface Archiving {
  /** Puts a session into the archive and closes its window. */
  archive(id: string, why: 'done' | 'idle'): Promise<void>;
  /** Ends what is left of a session's agent; resolves with the processes that did not go. */
  endOrphans(session: Session): Promise<readonly number[]>;
  /** Whether the agent of a session says that it is not at work. */
  atRest(session: Session): Promise<boolean>;
  keeper: IdleKeeper;
}

/** Wires the archive. */
export function createArchiving(deps: Wiring, { registry, agentOf, prompts }: ArchivingStations): Archiving {
  const { panes, config, preferences, now, log } = deps;

  async function archive(id: string, why: 'done' | 'idle'): Promise<void> {
    // First the state: the window's own end must not be told as a surprise.
    registry.dispatch(id, [{ type: 'archived', at: now(), why }]);
    try {
      await panes.close(id);
    } catch (error) {
      if (!(error instanceof PanesError)) throw error; // gone already, or with its server
    }
  }

  async function end(session: Session): Promise<readonly number[]> {
    const { binding } = session;
    const agent = agentOf(session);
    if (binding === undefined) return [];
    const { sessionId, transcriptPath } = binding;
    const left = await endOrphans({
      processes: async () => (await agent.processesOf?.(deps.home, sessionId, transcriptPath)) ?? [],
      isShared: async (pid) => (await agent.isShared?.(pid)) ?? false,
      monotonicMs: () => performance.now(),
      log: (level, text, meta) => log(level, text, { session: session.id, ...meta }),
    });
    // Also when some are left: others need them, or nothing ends them, and whoever restores it looks anew.
    registry.dispatch(session.id, [{ type: 'cleared', at: now() }]);
    return left;
  }

  // Whatever took a session out of use: two agents must never write one transcript.
  registry.onEffect((session, effect) => {
    if (effect.do !== 'release') return;
    end(session).catch((error: unknown) =>
      log('warn', 'what is left of an agent could not be ended', {
        session: session.id,
        reason: reasonOf(error),
      }),
    );
  });

  async function atRest(session: Session): Promise<boolean> {
    const pane = (await panes.list()).find((one) => one.session === session.id);
    const live = pane === undefined ? null : await agentOf(session).discover(deps.home, pane.pid);
    return live?.status !== 'busy';
  }

  return {
    archive,
    endOrphans: end,
    atRest,
    keeper: createIdleKeeper({
      registry,
      afterMs: () => Number(preferences.get(0, 'archive-after')) * HOUR_MS,
      needed: async (session) =>
        prompts.ofSession(session.id, ['waiting', 'typing', 'typed']).length > 0 || !(await atRest(session)),
      keepMs: config.ARCHIVE_PURGE_AFTER * DAY_MS,
      archive: (id) => archive(id, 'idle'),
      now,
      log,
    }),
  };
}
