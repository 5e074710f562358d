import { X509Certificate } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { inHome } from '../config/absolute-path';
import type { Config } from '../config/schema';
import { fault, FaultError } from '../faults/fault';
import { readForeignSync } from '../files/foreign-file-sync';
import { whyUnread } from '../files/why-unread';
import { isLoopback } from '../net/loopback';
import { unbracketed } from '../net/unbracketed';
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
  const reachable = settings.servers.find((server) => !isLoopback(hostOf(server)));
  if (reachable !== undefined && settings.credentials.kind === 'none' && !settings.isInsecureAllowed)
    throw open(reachable);
  return settings;
}

/**
 * Throws a {@link FaultError} if a server without authentication can be reached from other machines: also if `lookup`
 * finds any address of it that is not loopback, such as where `localhost` means something else as well.
 */
export async function refuseOpenServer(
  url: string,
  { isInsecureAllowed }: Pick<ClusterSettings, 'isInsecureAllowed'>,
  lookup: (host: string, options: { all: true }) => Promise<readonly { address: string }[]>,
): Promise<void> {
  if (isInsecureAllowed) return;
  const host = hostOf(url);
  if (!isLoopback(host)) throw open(url);
  const addresses = await lookup(host, { all: true });
  if (!addresses.every(({ address }) => isLoopback(address))) throw open(url);
}

const hostOf = (server: string): string => unbracketed(new URL(server).hostname);

const open = (url: string): FaultError => new FaultError(fault('CLUSTER_OPEN', { url }));

function readAuthority(path: string): string | null {
  if (path === '') return null;
  let text: string;
  try {
    text = readForeignSync(path, 'authority');
  } catch (error) {
    throw badAuthority(path, whyUnread(error));
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw badAuthority(path, 'there is no certificate in PEM form in it');
  if (!certificates.every(isCertificate)) throw badAuthority(path, 'a certificate in it is damaged');
  return text;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false; // it is none, whatever the parser says
  }
}

function badAuthority(path: string, reason: string): FaultError {
  return new FaultError(fault('CLUSTER_CA_BAD', { path, reason }));
}
