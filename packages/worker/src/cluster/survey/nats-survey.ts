import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { nanos } from '@nats-io/transport-node';
import type { ClusterNames } from '@ccbot/shared/cluster/names';
import { LEASE_KEY } from '../lease/lease';
import type { Entry } from '../link';
import {
  entryOf,
  EPOCH_HEADER,
  existing,
  identityOf,
  lastStored,
  openConnection,
  openExistingBucket,
  waitingFor,
  type Connection,
} from '../nats-connection';
import { connectFault, isAnswer } from '../nats-faults';
import { PREFIX } from '../shared/keys';
import type { Survey, SurveyCluster } from './survey';

/** The server deletes the consumer with which its clock is read after this time, ms, if we could not. */
const CLOCK_CONSUMER_MS = 5_000;

interface Reading extends Connection {
  readonly names: ClusterNames;
  readonly bot: string;
  /** The names of the streams that are there. */
  readonly present: Set<string>;
}

/** See {@link SurveyCluster}. */
export const surveyNats: SurveyCluster = async (settings, names, bot) => {
  const url = settings.servers.join(', ');
  const connection = await openConnection(settings);
  try {
    return await readAll({ ...connection, names, bot, present: new Set() }, url);
  } catch (error) {
    throw connectFault(url, error);
  } finally {
    await connection.nc.close();
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
      await identityOf(reading, stream, name);
      objects.push({ name, replicas: config.num_replicas });
      present.add(name);
    }
  }
  return { objects, missing };
}

/** Null: there is no such bucket. */
async function openBucket(reading: Reading, name: string): Promise<KV | null> {
  return reading.present.has(name) ? openExistingBucket(reading, name) : null;
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

async function readEpoch(reading: Reading): Promise<number | null> {
  const { stream } = reading.names;
  if (!reading.present.has(stream)) return null;
  const last = await lastStored(reading, stream);
  return last === null ? null : Number(last.header.get(EPOCH_HEADER));
}

async function readWaiting(reading: Reading, hosts: readonly string[]): Promise<Map<string, number>> {
  const waiting = new Map<string, number>();
  const { stream } = reading.names;
  if (!reading.present.has(stream)) return waiting;
  for (const host of hosts) {
    try {
      waiting.set(host, await waitingFor(reading, stream, host));
    } catch (error) {
      // It has its name, but has not got as far as to ask for its updates.
      if (!isAnswer(error, 'ConsumerNotFound')) throw error;
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
