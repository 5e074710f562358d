import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import type { ClusterNames } from '@ccbot/shared/cluster/names';
import { LEASE_KEY } from '../lease/lease';
import type { Entry } from '../link';
import {
  entryOf,
  EPOCH_HEADER,
  existing,
  openConnection,
  refuseServer,
  REQUEST_MS,
} from '../nats-connection';
import { connectFault } from '../nats-faults';
import { PREFIX } from '../shared/keys';
import type { Survey, SurveyCluster } from './survey';

/** The server deletes the consumer with which its clock is read after this time, ms, if we could not. */
const CLOCK_CONSUMER_MS = 5_000;

interface Reading {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly names: ClusterNames;
  readonly bot: string;
  /** The names of the streams that are there. */
  readonly present: Set<string>;
}

/** See {@link SurveyCluster}. */
export const surveyNats: SurveyCluster = async (settings, names, bot) => {
  const nc = await openConnection(settings);
  try {
    refuseServer(nc, settings);
    const jsm = await jetstreamManager(nc, { timeout: REQUEST_MS });
    const js = jetstream(nc, { timeout: REQUEST_MS });
    const reading: Reading = { nc, js, jsm, names, bot, present: new Set() };
    return await readAll(reading, settings.servers.join(', '));
  } catch (error) {
    throw connectFault(settings.servers.join(', '), error);
  } finally {
    await nc.close();
  }
};

async function readAll(reading: Reading, url: string): Promise<Survey> {
  const { nc } = reading;
  const { objects, missing } = await readObjects(reading);
  const machines = await readMachines(reading);
  return {
    url,
    server: {
      version: nc.info?.version ?? '?',
      asksForCredentials: nc.info?.auth_required === true,
      isClustered: (nc.info?.cluster ?? '') !== '',
      roundTripMs: await nc.rtt(),
    },
    clockAheadMs: await readClock(reading),
    objects,
    missing,
    lease: await readLease(reading),
    epoch: await readEpoch(reading),
    machines,
    waiting: await readWaiting(
      reading,
      machines.map(({ key }) => key.slice(PREFIX.machine.length)),
    ),
  };
}

async function readObjects(reading: Reading): Promise<Pick<Survey, 'objects' | 'missing'>> {
  const { names, present } = reading;
  const buckets = [names.lease, names.state, names.messages].map((name) => [name, `KV_${name}`] as const);
  const objects: { name: string; replicas: number }[] = [];
  const missing: string[] = [];
  for (const [name, stream] of [...buckets, [names.stream, names.stream] as const]) {
    const config = await existing(reading, stream, name);
    if (config === null) missing.push(name);
    else {
      objects.push({ name, replicas: config.num_replicas });
      present.add(name);
    }
  }
  return { objects, missing };
}

/** Null: there is no such bucket. */
async function openBucket({ js, present }: Reading, name: string): Promise<KV | null> {
  // Never `allow_direct`: a follower may answer with an older revision.
  return present.has(name) ? new Kvm(js).open(name, { allow_direct: false, timeout: REQUEST_MS }) : null;
}

async function readLease(reading: Reading): Promise<Entry | null> {
  const bucket = await openBucket(reading, reading.names.lease);
  const entry = (await bucket?.get(LEASE_KEY)) ?? null;
  return entry === null ? null : entryOf(entry);
}

async function readMachines(reading: Reading): Promise<Entry[]> {
  const bucket = await openBucket(reading, reading.names.state);
  if (bucket === null) return [];
  const entries: Entry[] = [];
  for await (const key of await bucket.keys(`${PREFIX.machine}*`)) {
    const entry = await bucket.get(key);
    if (entry !== null) entries.push(entryOf(entry));
  }
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function readEpoch({ jsm, names, present }: Reading): Promise<number | null> {
  if (!present.has(names.stream)) return null;
  const { state } = await jsm.streams.info(names.stream);
  if (state.messages === 0) return null;
  const last = await jsm.streams.getMessage(names.stream, { seq: state.last_seq });
  return last === null ? null : Number(last.header.get(EPOCH_HEADER));
}

async function readWaiting(
  { jsm, names, present }: Reading,
  hosts: readonly string[],
): Promise<Map<string, number>> {
  const waiting = new Map<string, number>();
  if (!present.has(names.stream)) return waiting;
  for (const host of hosts) {
    try {
      const { num_pending, num_ack_pending } = await jsm.consumers.info(names.stream, host);
      waiting.set(host, num_pending + num_ack_pending);
    } catch (error) {
      // It has its name, but has not got as far as to ask for its updates.
      const isMissing =
        error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound;
      if (!isMissing) throw error;
    }
  }
  return waiting;
}

/**
 * A server says what time it is only of what it makes, and the cheapest thing is a consumer in memory that gets nothing.
 * Half of the round trip is taken for the way of its answer.
 */
async function readClock({ jsm, names, present }: Reading): Promise<number | null> {
  if (!present.has(names.state)) return null;
  const stream = `KV_${names.state}`;
  const before = Date.now();
  const { name, created } = await jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.New,
    inactive_threshold: nanos(CLOCK_CONSUMER_MS),
    mem_storage: true,
  });
  const after = Date.now();
  await jsm.consumers.delete(stream, name);
  return Math.round(Date.parse(String(created)) - (before + after) / 2);
}
