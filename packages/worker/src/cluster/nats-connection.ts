import {
  JetStreamApiCodes,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
  type StoredMsg,
  type StreamConfig,
} from '@nats-io/jetstream';
import { Kvm, type KV, type KvEntry } from '@nats-io/kv';
import {
  connect,
  credsAuthenticator,
  nkeyAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
  type ConnectionOptions,
  type NatsConnection,
} from '@nats-io/transport-node';
import { CLUSTER_SCHEMA } from '@ccbot/shared/cluster/names';
import { refuseOpen, type ClusterSettings } from '@ccbot/shared/cluster/settings';
import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { Entry } from './link';
import { connectFault, unfit } from './nats-faults';

/** Limits, ms. A server that does not answer within one is away; with pings it is noticed when nothing is sent either. */
const CONNECT_MS = 5_000;
export const REQUEST_MS = 2_000;
const PING_MS = 2_000;

/** The most that a server must take in one message, bytes. An update of Telegram is far smaller. */
const PAYLOAD_MIN = 512 * 1024;

/** The name under which a record says which poller wrote it. */
export const EPOCH_HEADER = 'Ccbot-Epoch';

/** A connection to a server that can hold a cluster. */
export interface Connection {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

/** Opens a connection. Throws a {@link FaultError}, also if the server cannot hold a cluster, or must not. */
export async function openConnection(settings: ClusterSettings): Promise<Connection> {
  const url = settings.servers.join(', ');
  let nc: NatsConnection | undefined;
  try {
    nc = await connect(optionsOf(settings));
    refuseServer(nc, settings);
    const jsm = await jetstreamManager(nc, { timeout: REQUEST_MS });
    return { nc, jsm, js: jetstream(nc, { timeout: REQUEST_MS }) };
  } catch (error) {
    await nc?.close();
    throw connectFault(url, error);
  }
}

function optionsOf(settings: ClusterSettings): ConnectionOptions {
  const isEncrypted = settings.servers.some((server) => server.startsWith('tls:'));
  const authenticator = authenticatorOf(settings);
  return {
    servers: [...settings.servers],
    name: `ccbot ${settings.host}`,
    timeout: CONNECT_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    // What was sent before a break must not arrive after it: each connection begins with what the cluster holds then.
    reconnect: false,
    ignoreClusterUpdates: true,
    ...(authenticator === undefined ? {} : { authenticator }),
    ...(isEncrypted ? { tls: settings.ca === null ? {} : { ca: settings.ca } } : {}),
  };
}

function authenticatorOf({ credentials }: ClusterSettings): Authenticator | undefined {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (credentials.kind) {
    case 'none':
      return undefined;
    case 'creds':
      return credsAuthenticator(bytes(credentials.text));
    case 'nkey':
      return nkeyAuthenticator(bytes(credentials.seed));
    case 'password':
      return usernamePasswordAuthenticator(credentials.user, credentials.password);
  }
}

/** Throws a {@link FaultError} if the server cannot hold a cluster, or must not. */
function refuseServer({ info }: NatsConnection, settings: ClusterSettings): void {
  const url = settings.servers.join(', ');
  // Credentials that nobody asks for protect nothing.
  if (info?.auth_required !== true) refuseOpen(settings);
  if (info?.jetstream !== true) throw unfit(url, 'JetStream is off');
  if (info.max_payload < PAYLOAD_MIN)
    throw unfit(
      url,
      `it takes messages of ${info.max_payload} bytes at most, and ccbot needs ${PAYLOAD_MIN}`,
    );
}

/** The stream `stream`; `name` is what users call it. Throws a {@link FaultError} if something else has made it. Null: there is none. */
export async function existing(
  { jsm, bot }: { jsm: JetStreamManager; bot: string },
  stream: string,
  name: string,
): Promise<StreamConfig | null> {
  let config: StreamConfig;
  try {
    ({ config } = await jsm.streams.info(stream));
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
    throw error;
  }
  const [, owner, schema] = /^ccbot, bot (\d+), schema (\d+)$/.exec(config.description ?? '') ?? [];
  if (owner === undefined)
    throw new FaultError(fault('CLUSTER_FOREIGN', { name, reason: 'ccbot did not make it' }));
  if (owner !== bot)
    throw new FaultError(fault('CLUSTER_FOREIGN', { name, reason: `it is of bot ${owner}` }));
  const theirs = Number(schema);
  if (theirs > CLUSTER_SCHEMA)
    throw new FaultError(fault('CLUSTER_NEWER', { host: name, theirs, ours: CLUSTER_SCHEMA }));
  return config;
}

/** Opens a bucket that is there. */
export function openExistingBucket({ js }: Pick<Connection, 'js'>, name: string): Promise<KV> {
  // A copy: the client writes into the options that it is given.
  return new Kvm(js).open(name, { ...BUCKET });
}

/** Never `allow_direct`: a follower may answer with an older revision. */
export const BUCKET = { allow_direct: false, timeout: REQUEST_MS } as const;

/** The newest message of a stream; null: it is empty. */
export async function lastStored(
  { jsm }: Pick<Connection, 'jsm'>,
  stream: string,
): Promise<StoredMsg | null> {
  const { state } = await jsm.streams.info(stream);
  return state.messages === 0 ? null : jsm.streams.getMessage(stream, { seq: state.last_seq });
}

/** How many records wait for a machine, those under way included. */
export async function waitingFor(
  { jsm }: Pick<Connection, 'jsm'>,
  stream: string,
  host: string,
): Promise<number> {
  const { num_pending, num_ack_pending } = await jsm.consumers.info(stream, host);
  return num_pending + num_ack_pending;
}

export function entryOf(entry: KvEntry): Entry {
  return {
    key: entry.key,
    value: entry.operation === 'PUT' ? entry.string() : null,
    revision: entry.revision,
    at: entry.created.getTime(),
  };
}
