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
