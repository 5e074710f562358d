import { lineElsewhere } from '../../board/background';
import type { PanelLine } from '../../cards/panel';
import type { Cluster } from '../../cluster/cluster';
import type { SharedSession } from '../../cluster/model';

/** The live sessions of the other machines, oldest first, by the names that the chat shows. */
export function sessionsElsewhere(cluster: Pick<Cluster, 'view'> | undefined): readonly SharedSession[] {
  if (cluster === undefined) return [];
  const { view } = cluster;
  return view
    .sessions()
    .filter(({ live, host }) => live && host !== view.host)
    .map((session) => ({ ...session, name: view.labelOf(session) }));
}

/** The lines about these sessions on the cards of this machine. */
export function linesElsewhere(cluster: Pick<Cluster, 'view'> | undefined, now: number): PanelLine[] {
  const sessions = sessionsElsewhere(cluster);
  if (cluster === undefined || sessions.length === 0) return [];
  const away = new Set(cluster.view.machines().flatMap(({ host, isAway }) => (isAway ? [host] : [])));
  return sessions.map((session) => lineElsewhere(session, away.has(session.host), now));
}
