import { AckPolicy, DeliverPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import { headers, nanos, type MsgHdrs } from '@nats-io/transport-node';
import { CLUSTER_SCHEMA, type ClusterNames } from '@ccbot/shared/cluster/names';
import type { ClusterSettings } from '@ccbot/shared/cluster/settings';
import { reasonOf } from '@ccbot/shared/faults/fault';
import {
  BUCKET,
  entryOf,
  EPOCH_HEADER,
  existing,
  identityOf,
  lastStored,
  openConnection,
  openExistingBucket,
  REQUEST_MS,
  waitingFor,
  type Connection,
} from './nats-connection';
import { connectFault, isAnswer, requestError, storeFailed } from './nats-faults';
export { forgetNats } from './survey/nats-forget';
export { surveyNats } from './survey/nats-survey';
import type { ClusterData } from './data';
import type { Bucket, ClusterLink, Entry, NewRecord, StreamRecord, UpdateStream } from './link';

/** How long updates stay on the stream, ms: for a machine that is away. Telegram keeps them for 24 hours only. */
const KEEP_UPDATES_MS = 7 * 24 * 3_600_000;
/** How long it is known which message belongs to which machine, ms. */
const KEEP_MESSAGES_MS = 7 * 24 * 3_600_000;
/** Within this time, ms, the stream recognises an update that is sent again. */
const DUPLICATES_MS = 2 * 60_000;
/**
 * A record that its machine has not confirmed within this time comes again, ms: after a crash, nothing else wakes it. One
 * record is under way at a time, so they stay in order; it only has to be written to a disk.
 */
const ACK_WAIT_MS = 2_000;
/** A server that has lost files of a bucket says nothing when a watch comes to them, so it has this long, ms. */
const FIRST_MS = 10_000;
const UPDATE = 'Ccbot-Update';

interface Engine extends Connection {
  readonly names: ClusterNames;
  readonly settings: ClusterSettings;
  readonly bot: string;
}

/** See {@link ClusterLink}. */
export async function connectNats(
  settings: ClusterSettings,
  names: ClusterNames,
  bot: string,
): Promise<ClusterLink> {
  const url = settings.servers.join(', ');
  const connection = await openConnection(settings);
  try {
    return await openLink({ ...connection, names, settings, bot }, url);
  } catch (error) {
    await connection.nc.close();
    throw connectFault(url, error);
  }
}

async function openLink(engine: Engine, url: string): Promise<ClusterLink> {
  const { nc, names } = engine;
  const lease = await openBucket(engine, names.lease, 0);
  const state = await openBucket(engine, names.state, 0);
  const messages = await openBucket(engine, names.messages, KEEP_MESSAGES_MS);
  const stream = await openStream(engine);
  return {
    url,
    lease,
    state,
    messages,
    stream,
    data: () => dataOf(engine).catch((error: unknown) => Promise.reject(requestError(url, error))),
    closed: nc.closed().then((error) => (error === undefined ? 'closed' : reasonOf(error))),
    close: () => nc.close(),
  };
}

async function dataOf(engine: Engine): Promise<ClusterData> {
  const { names } = engine;
  const bucket = (name: string) => identityOf(engine, `KV_${name}`, name);
  const [updates, messages, state, lease] = await Promise.all([
    identityOf(engine, names.stream, names.stream),
    bucket(names.messages),
    bucket(names.state),
    bucket(names.lease),
  ]);
  return { updates, messages, state, lease };
}

/** What marks an object as one of this bot. */
function markOf({ bot }: Engine): string {
  return `ccbot, bot ${bot}, schema ${CLUSTER_SCHEMA}`;
}

async function openBucket(engine: Engine, name: string, ttl: number): Promise<Bucket> {
  const { js, settings } = engine;
  const config = await existing(engine, `KV_${name}`, name);
  const kv =
    config === null
      ? await new Kvm(js).create(name, {
          ...BUCKET,
          history: 1,
          replicas: settings.replicas,
          description: markOf(engine),
          ...(ttl === 0 ? {} : { ttl }),
        })
      : await openExistingBucket(engine, name);
  return bucketOf(kv, engine);
}

function bucketOf(kv: KV, engine: Engine): Bucket {
  return {
    async get(key) {
      const entry = await kv.get(key);
      return entry === null ? null : entryOf(entry);
    },
    async put(key, value, expected) {
      try {
        return await kv.put(key, value, expected === undefined ? {} : { previousSeq: expected });
      } catch (error) {
        if (expected !== undefined && isAnswer(error, 'StreamWrongLastSequence')) return null;
        throw requestError(engine.url, error);
      }
    },
    async remove(key) {
      await kv.delete(key);
    },
    watch: (listener, prefix) => watch(kv, engine, listener, prefix),
  };
}

/** Closes the connection when it ends before that. */
async function watch(
  kv: KV,
  { nc, url }: Engine,
  listener: (entry: Entry) => void,
  prefix?: string,
): Promise<void> {
  const { values, bucket } = await kv.status();
  const iterator = await kv.watch(prefix === undefined ? {} : { key: `${prefix}>` });
  // How many of them begin with a prefix is not known.
  const first = expectFirst(values > 0 && prefix === undefined, () =>
    storeFailed(url, `it returns only some of the records in ${bucket}`),
  );
  const pass = async (): Promise<void> => {
    for await (const entry of iterator) {
      listener(entryOf(entry));
      // The last of those that were there counts as an update already.
      first.heard(entry.isUpdate || entry.delta === 0);
    }
  };
  const broken = (): Promise<void> => nc.close();
  void pass()
    .then(broken, broken)
    .then(() => first.heard(true));
  await first.all;
}

/** `all` resolves when everything was heard that is expected, and rejects when the next of it does not come. */
function expectFirst(
  isExpected: boolean,
  why: () => Error,
): { all: Promise<void>; heard(isLast: boolean): void } {
  let isOpen = isExpected;
  let timer: NodeJS.Timeout | undefined;
  let resolve = (): void => undefined;
  const all = new Promise<void>((done, reject) => {
    resolve = done;
    if (isOpen) timer = setTimeout(() => reject(why()), FIRST_MS);
    else done();
  });
  return {
    all,
    heard(isLast) {
      if (!isOpen) return;
      isOpen = !isLast;
      if (isOpen) timer?.refresh();
      else {
        clearTimeout(timer);
        resolve();
      }
    },
  };
}

async function openStream(engine: Engine): Promise<UpdateStream> {
  const { jsm, names, settings } = engine;
  if ((await existing(engine, names.stream, names.stream)) === null)
    await jsm.streams.add({
      name: names.stream,
      subjects: [names.subjects],
      description: markOf(engine),
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      max_age: nanos(KEEP_UPDATES_MS),
      duplicate_window: nanos(DUPLICATES_MS),
      num_replicas: settings.replicas,
    });
  return {
    last: () => lastRecord(engine),
    async tail() {
      const { state } = await jsm.streams.info(names.stream);
      return state.last_seq;
    },
    append: (record, after) => append(engine, record, after),
    consume: (host, handle) => consume(engine, host, handle),
    waiting: (host) => waitingFor(engine, names.stream, host),
    async admit(host, after) {
      if (await isAdmitted(engine, host)) return;
      await jsm.consumers.add(names.stream, {
        durable_name: host,
        filter_subject: names.to(host),
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: after + 1,
        ack_wait: nanos(ACK_WAIT_MS),
        max_ack_pending: 1,
      });
    },
    isAdmitted: (host) => isAdmitted(engine, host),
  };
}

async function isAdmitted({ jsm, names }: Engine, host: string): Promise<boolean> {
  try {
    await jsm.consumers.info(names.stream, host);
    return true;
  } catch (error) {
    if (isAnswer(error, 'ConsumerNotFound')) return false;
    throw error;
  }
}

async function lastRecord(engine: Engine): Promise<StreamRecord | null> {
  const stored = await lastStored(engine, engine.names.stream);
  if (stored === null) return null;
  const { subject, seq: sequence, time, data, header } = stored;
  return recordOf({ subject, sequence, at: time.getTime(), data, header });
}

async function append(
  { js, names, bot, url }: Engine,
  record: NewRecord,
  after: number,
): Promise<number | null> {
  const head = headers();
  head.set(EPOCH_HEADER, String(record.epoch));
  if (record.update !== null) head.set(UPDATE, String(record.update));
  try {
    const { seq } = await js.publish(record.subject, record.body, {
      headers: head,
      expect: { streamName: names.stream, lastSequence: after },
      timeout: REQUEST_MS,
      ...(record.update === null ? {} : { msgID: `${bot}:${record.update}` }),
    });
    return seq;
  } catch (error) {
    if (isAnswer(error, 'StreamWrongLastSequence')) return null;
    throw requestError(url, error);
  }
}

/** Ends with the connection. */
async function consume(
  { js, names, nc }: Engine,
  host: string,
  handle: (record: StreamRecord) => Promise<void>,
): Promise<void> {
  const consumer = await js.consumers.get(names.stream, host);
  const messages = await consumer.consume({ max_messages: 100 });
  const pass = async (): Promise<void> => {
    for await (const message of messages) {
      const { subject, seq: sequence, data, headers: header } = message;
      await handle(recordOf({ subject, sequence, at: message.time.getTime(), data, header }));
      if (nc.isClosed()) return; // it comes again
      message.ack();
    }
  };
  // However it ends, no more updates would come over this connection.
  const end = (): Promise<void> => nc.close();
  void pass().then(end, end);
}

/** A record as it comes from the stream, or from a consumer of it. */
interface Stored {
  subject: string;
  sequence: number;
  at: number;
  data: Uint8Array;
  header: MsgHdrs | undefined;
}

function recordOf({ subject, sequence, at, data, header }: Stored): StreamRecord {
  const update = header?.get(UPDATE) ?? '';
  return {
    sequence,
    subject,
    body: new TextDecoder().decode(data),
    epoch: Number(header?.get(EPOCH_HEADER) ?? 0),
    update: update === '' ? null : Number(update),
    at,
  };
}
