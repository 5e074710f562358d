import type { ChatView } from '../../chat/intents';
import type { ClusterView } from '../../cluster/model';

/** What the router has to know of the machines; nothing while there is one. */
export function machinesOf(
  cluster: ClusterView | undefined,
  chatId: number,
): Pick<ChatView, 'machines' | 'defaultHost'> {
  if (cluster?.hasOthers() !== true) return {};
  return {
    machines: cluster.machines().map(({ host, isAway }) => ({ host, isAway })),
    defaultHost: cluster.defaultHost(chatId),
  };
}
