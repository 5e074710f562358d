import type { ConnectCluster } from './link';

/** Connects with the client of NATS, which is loaded here: a machine without a cluster never loads it. */
export const connectCluster: ConnectCluster = async (settings, names, bot) => {
  const { connectNats } = await import('./nats-client');
  return connectNats(settings, names, bot);
};
