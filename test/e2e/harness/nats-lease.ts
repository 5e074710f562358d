import { randomUUID } from 'node:crypto';
import { clusterNames } from '@ccbot/shared/cluster/names';
import { LEASE_KEY } from '../../../packages/worker/src/cluster/lease/lease';
import type { LeaseRecord } from '../../../packages/worker/src/cluster/lease/decide';
import { connectNats } from '../../../packages/worker/src/cluster/nats-client';

/**
 * Leaves what a machine leaves that stops cleanly: everything is set up, and the lease is free. In a new cluster the first
 * machine polls only after the length of a lease.
 */
export async function leaveFreeLease(url: string, token: string): Promise<void> {
  const settings = {
    servers: [url],
    host: 'an-earlier-machine',
    credentials: { kind: 'none' },
    ca: null,
    replicas: 1,
    isInsecureAllowed: false,
  } as const;
  const link = await connectNats(settings, clusterNames(token), token.split(':')[0] ?? '');
  const free: LeaseRecord = {
    host: settings.host,
    node: randomUUID(),
    instance: randomUUID(),
    state: 'free',
  };
  await link.lease.put(LEASE_KEY, JSON.stringify(free), 0);
  await link.close();
}
