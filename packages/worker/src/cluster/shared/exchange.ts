import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { ClusterLink, Entry } from '../link';
import type { Exchange, Exchanged } from '../model';

/** Its keys share a bucket whose other keys begin with the number of a chat. */
const PREFIX = 'exchange.';

/** The exchange over the connection of the moment. */
export interface OpenExchange extends Exchange {
  connected(link: ClusterLink): void;
}

export function createExchange(deps: { link(): ClusterLink | null; log: LogFn }): OpenExchange {
  const listeners: Parameters<Exchange['listen']>[0][] = [];

  function bucket(): ClusterLink['messages'] {
    const link = deps.link();
    if (link === null) throw new Error('the cluster is away');
    return link.messages;
  }

  function tell(work: (listener: (typeof listeners)[number]) => void): void {
    for (const listener of listeners) {
      try {
        work(listener);
      } catch (error) {
        deps.log('error', 'exchanged value not taken over', { reason: reasonOf(error) });
      }
    }
  }

  return {
    async get(key) {
      const entry = await bucket().get(PREFIX + key);
      return entry === null ? null : exchanged(entry);
    },
    // Not `async` alone: without a connection it must reject, not throw.
    put: async (key, value, expected) => bucket().put(PREFIX + key, value, expected),
    remove: async (key) => bucket().remove(PREFIX + key),
    listen: (listener) => void listeners.push(listener),
    connected(link) {
      tell((listener) => listener.joined());
      const changed = (entry: Entry): void => tell((listener) => listener.changed(exchanged(entry)));
      // It closes the connection when it ends, and is begun again with the next one.
      link.messages
        .watch(changed, PREFIX)
        .catch((error: unknown) => deps.log('warn', 'exchange not watched', { reason: reasonOf(error) }));
    },
  };
}

const exchanged = ({ key, value, revision }: Entry): Exchanged => ({
  key: key.slice(PREFIX.length),
  value,
  revision,
});
