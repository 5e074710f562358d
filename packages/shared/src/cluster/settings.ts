import { homedir, hostname } from 'node:os';
import { inHome } from '../config/absolute-path';
import type { Config } from '../config/schema';
import { fault, FaultError } from '../faults/fault';
import { readForeignSync } from '../files/foreign-file-sync';
import { whyUnread } from '../files/why-unread';
import { isLoopback } from '../net/loopback';
import { readCredentials, type Credentials } from './credentials';
import { clusterHost } from './names';

/** How this machine takes part in a cluster. */
export interface ClusterSettings {
  /** As in the setting, such as `tls://nats.example.org:4222`. */
  servers: readonly string[];
  /** This machine's name there. */
  host: string;
  credentials: Credentials;
  /** The certificates of the authorities to trust, PEM; null: those of the system. */
  ca: string | null;
  /** How many servers keep each record. */
  replicas: number;
  /** Whether a cluster that anybody can use is accepted on something else than loopback. */
  isInsecureAllowed: boolean;
}

type ClusterConfig = Pick<
  Config,
  | 'CCBOT_CLUSTER_URL'
  | 'CCBOT_CLUSTER_CREDS'
  | 'CCBOT_CLUSTER_CA'
  | 'CCBOT_CLUSTER_REPLICAS'
  | 'CCBOT_CLUSTER_INSECURE'
  | 'CCBOT_HOST'
>;

/** Whether this machine takes part in a cluster at all. */
export function isClustered(config: Pick<Config, 'CCBOT_CLUSTER_URL'>): boolean {
  return config.CCBOT_CLUSTER_URL.length > 0;
}

/** The name of this machine on the cluster. */
export function clusterHostOf(config: Pick<Config, 'CCBOT_HOST'>): string {
  return clusterHost(config.CCBOT_HOST || hostname());
}

/**
 * Reads what the settings name. Null: no cluster. Throws a {@link FaultError} if a file cannot be used, or if the
 * settings alone show that anybody could use the cluster.
 */
export function readClusterSettings(config: ClusterConfig): ClusterSettings | null {
  if (!isClustered(config)) return null;
  const home = homedir();
  const settings: ClusterSettings = {
    servers: config.CCBOT_CLUSTER_URL,
    host: clusterHostOf(config),
    credentials: readCredentials(inHome(config.CCBOT_CLUSTER_CREDS, home)),
    ca: readAuthority(inHome(config.CCBOT_CLUSTER_CA, home)),
    replicas: config.CCBOT_CLUSTER_REPLICAS,
    isInsecureAllowed: config.CCBOT_CLUSTER_INSECURE === '1',
  };
  if (settings.credentials.kind === 'none') refuseOpen(settings);
  return settings;
}

/** Throws a {@link FaultError} if a cluster without authentication can be reached from other machines. */
export function refuseOpen({ servers, isInsecureAllowed }: ClusterSettings): void {
  const reachable = servers.find((server) => !isLoopbackServer(server));
  if (reachable !== undefined && !isInsecureAllowed)
    throw new FaultError(fault('CLUSTER_OPEN', { url: reachable }));
}

function isLoopbackServer(server: string): boolean {
  return isLoopback(new URL(server).hostname);
}

function readAuthority(path: string): string | null {
  if (path === '') return null;
  try {
    return readForeignSync(path, 'authority');
  } catch (error) {
    throw new FaultError(fault('CLUSTER_CA_BAD', { path, reason: whyUnread(error) }));
  }
}
