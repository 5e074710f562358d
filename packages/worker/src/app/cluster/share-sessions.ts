import { sharedPanel } from '../../board/background';
import type { Cluster } from '../../cluster/cluster';
import type { SharedSession } from '../../cluster/model';
import { afterCommit } from '../../sessions/handlers/model';
import type { SessionHandlers } from '../../sessions/handlers/table';
import { isLive, plainName, type Session } from '../../sessions/model';
import type { Rooms } from '../model';

/** What happens within this time is told once, ms. */
const TOGETHER_MS = 100;

/** Tells the other machines of this one's sessions whenever their list would show something else. */
export function shareSessions(
  cluster: Cluster,
  { world, sessions: registry, waiting }: Pick<Rooms, 'world' | 'sessions' | 'waiting'>,
  handlers: SessionHandlers,
): void {
  const { host } = cluster.view;
  let timer: NodeJS.Timeout | undefined;
  const publish = (): void => {
    clearTimeout(timer);
    timer = undefined;
    cluster.publish(
      registry.all().map((session) => ({
        ...summaryOf(session, host),
        panel: sharedPanel(session, waiting.isWaiting(session.id), world.now()),
      })),
    );
  };
  const changed = (): void => {
    timer ??= setTimeout(publish, TOGETHER_MS).unref();
  };
  const effect = afterCommit(changed);
  handlers.add('cluster', {
    effects: { show: effect, finish: effect, 'phase-changed': effect },
    // At once: the next command may name a session that has just come, or its new name.
    changed: publish,
  });
  waiting.onChange(changed);
  publish();
}

function summaryOf(session: Session, host: string): SharedSession {
  const { id, agent, cwd, chatId, phase, card, createdAt, about, ended } = session;
  return {
    id,
    host,
    name: plainName(session),
    agent,
    cwd,
    chatId,
    phase,
    activity: card.phase,
    live: isLive(session),
    createdAt,
    ...(about === undefined ? {} : { about }),
    ...(ended === undefined ? {} : { ended }),
  };
}
