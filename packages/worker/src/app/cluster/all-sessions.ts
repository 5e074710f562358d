import { lineElsewhere } from '../../board/background';
import type { PanelLine } from '../../cards/panel';
import type { Cluster } from '../../cluster/cluster';
import type { SessionElsewhere } from '../../cluster/model';

/** The live sessions of the other machines, oldest first, by the names that the chat shows. */
export function sessionsElsewhere(cluster: Pick<Cluster, 'view'> | undefined): readonly SessionElsewhere[] {
  const live = cluster?.view.elsewhere().filter((session) => session.live) ?? [];
  return live.map((session) => ({ ...session, name: session.label }));
}

/** The lines about these sessions on the cards of this machine. */
export function linesElsewhere(cluster: Pick<Cluster, 'view'> | undefined, now: number): PanelLine[] {
  return sessionsElsewhere(cluster).map((session) => lineElsewhere(session, session.isAway, now));
}
