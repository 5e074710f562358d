import { randomInt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { setTimeout as pause } from 'node:timers/promises';
import {
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
  errors,
  jwtAuthenticator,
  nkeyAuthenticator,
  nkeys,
  usernamePasswordAuthenticator,
  type Authenticator,
  type ConnectionOptions,
  type NatsConnection,
  type TlsOptions,
} from '@nats-io/transport-node';
import { unusable } from '@ccbot/shared/cluster/credentials';
import { CLUSTER_SCHEMA } from '@ccbot/shared/cluster/names';
import { isNatsRecent, NATS_MIN } from '@ccbot/shared/cluster/server';
import { refuseOpenServer, type ClusterSettings } from '@ccbot/shared/cluster/settings';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { unbracketed } from '@ccbot/shared/net/unbracketed';
import type { ObjectIdentity } from './data';
import type { Entry } from './link';
import { connectFault, isAnswer, storeFailed, unfit } from './nats-faults';

/** Limits, ms. A server that does not answer within one is away; with pings it is noticed when nothing is sent either. */
const CONNECT_MS = 5_000;
export const REQUEST_MS = 2_000;
const PING_MS = 2_000;

/** The most that a server must take in one message, bytes. An update of Telegram is far smaller. */
const PAYLOAD_MIN = 512 * 1024;

/** The name under which a record says which poller wrote it. */
export const EPOCH_HEADER = 'Ccbot-Epoch';

/** Time before a record that could not be read is read again, ms. */
const READ_AGAIN_MS = 250;

/** A connection to a server that can hold a cluster. */
export interface Connection {
  /** Where it leads, for messages. */
  readonly url: string;
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
}

/**
 * Opens a connection to one of the servers, the first at random. Throws a {@link FaultError}, also if the server cannot
 * hold a cluster, or must not.
 */
export async function openConnection(settings: ClusterSettings): Promise<Connection> {
  const { servers } = settings;
  const first = randomInt(servers.length);
  const failed: { server: string; error: unknown }[] = [];
  for (const server of [...servers.slice(first), ...servers.slice(0, first)]) {
    try {
      return await openServer(server, settings);
    } catch (error) {
      failed.push({ server, error });
    }
  }
  const faults = failed.map(({ server, error }) => connectFault(server, error));
  // A server that answered says more than one that did not.
  const telling = faults.find(({ fault: { code } }) => code !== 'CLUSTER_UNREACHABLE');
  if (telling !== undefined) throw telling;
  const reason = failed.map(({ server, error }) => `${server}: ${reasonOf(error)}`).join('; ');
  const [only, ...more] = faults;
  throw only !== undefined && more.length === 0 ? only : connectFault(servers.join(', '), reason);
}

async function openServer(server: string, settings: ClusterSettings): Promise<Connection> {
  let nc: NatsConnection | undefined;
  try {
    nc = await connect(optionsOf(server, settings));
    await refuseServer(nc, server, settings);
    const jsm = await openJetStream(nc);
    return { url: server, nc, jsm, js: jetstream(nc, { timeout: REQUEST_MS }) };
  } catch (error) {
    await nc?.close();
    throw error;
  }
}

/** A server whose disk was full lets everybody in, but leaves requests without an answer until it is restarted. */
async function openJetStream(nc: NatsConnection): Promise<JetStreamManager> {
  try {
    return await jetstreamManager(nc, { timeout: REQUEST_MS });
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    throw new Error('JetStream does not answer. If the disk of the server was full, restart it', {
      cause: error,
    });
  }
}

function optionsOf(server: string, settings: ClusterSettings): ConnectionOptions {
  const isEncrypted = server.startsWith('tls:') || settings.ca !== null;
  const authenticator = authenticatorOf(settings);
  return {
    servers: [server],
    name: `ccbot ${settings.host}`,
    timeout: CONNECT_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    // What was sent before a break must not arrive after it: each connection begins with what the cluster holds then.
    reconnect: false,
    ignoreClusterUpdates: true,
    ...(authenticator === undefined ? {} : { authenticator }),
    ...(isEncrypted ? { tls: tlsOptions(server, settings) } : {}),
  };
}

/**
 * `host`: what the certificate must be for. The library sets it for names only, and Node.js would take a certificate for
 * `localhost` from a server that was named by its address.
 */
function tlsOptions(server: string, { ca }: ClusterSettings): TlsOptions & { host: string } {
  const host = unbracketed(new URL(server).hostname);
  return { host, ...(ca === null ? {} : { ca }) };
}

function authenticatorOf({ credentials }: ClusterSettings): Authenticator | undefined {
  switch (credentials.kind) {
    case 'none':
      return undefined;
    case 'creds':
      return jwtAuthenticator(credentials.jwt, seedOf(credentials));
    case 'nkey':
      return nkeyAuthenticator(seedOf(credentials));
    case 'password':
      return usernamePasswordAuthenticator(credentials.user, credentials.password);
  }
}

/** Throws a {@link FaultError} if the checksum in the seed is wrong. */
function seedOf({ path, seed }: { path: string; seed: string }): Uint8Array {
  const bytes = new TextEncoder().encode(seed);
  try {
    nkeys.fromSeed(bytes);
  } catch {
    throw unusable(path, 'a letter of the seed in it is wrong'); // the error says no more
  }
  return bytes;
}

/** Throws a {@link FaultError} if the server cannot hold a cluster, or must not. */
async function refuseServer({ info }: NatsConnection, url: string, settings: ClusterSettings): Promise<void> {
  const version = info?.version ?? '';
  if (!isNatsRecent(version)) throw unfit(url, `it is NATS ${version}, and ccbot needs ${NATS_MIN} or later`);
  // Credentials that nobody asks for protect nothing.
  if (info?.auth_required !== true) await refuseOpenServer(url, settings, lookup);
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
    if (isAnswer(error, 'StreamNotFound')) return null;
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

/** Null: there is no such stream. Throws a {@link FaultError} if the server cannot read what is in it. */
export async function identityOf(
  { jsm, url }: Pick<Connection, 'jsm' | 'url'>,
  stream: string,
  name: string,
): Promise<ObjectIdentity | null> {
  for (let tries = 0; ; tries++) {
    try {
      const { created, state } = await jsm.streams.info(stream);
      const isReadable = state.messages === 0 || (await jsm.streams.getMessage(stream, ANY)) !== null;
      if (isReadable) return { name, created: String(created), last: state.last_seq };
      if (tries > 0) throw storeFailed(url, `it has records in ${name}, and returns none of them`);
    } catch (error) {
      if (isAnswer(error, 'StreamNotFound')) return null;
      if (!(error instanceof JetStreamApiError) || tries > 0) throw error;
    }
    // The last record may have been deleted in between.
    await pause(READ_AGAIN_MS);
  }
}

/** The newest record, whatever it is. */
const ANY = { last_by_subj: '>' };

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
