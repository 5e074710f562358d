import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { pause } from '@ccbot/shared/pause';
import { jsonOf } from '@ccbot/shared/protocol/json';
import type { RawUpdate } from '../../telegram/poll';
import type { ClusterLink, StreamRecord } from '../link';
import { isCurrent } from './decide';

/** Time before an update is written to the journal again, ms, while the disk is full. */
const FULL_WAIT_MS = 5_000;

export interface ReceiverDeps {
  host: string;
  /** Writes an update into this machine's journal, on disk when it returns. Throws while it cannot. */
  store(update: RawUpdate, at: number): void;
  /** Everything up to this place of the stream is taken over. */
  taken(sequence: number): void;
  now(): number;
  log: LogFn;
}

/** Takes over this machine's updates from the stream, in order. */
export interface Receiver {
  /** Until the connection ends. */
  receive(link: ClusterLink): Promise<void>;
  /** Takes over no more; resolves when what is under way is done. */
  stop(): Promise<void>;
}

export function createReceiver(deps: ReceiverDeps): Receiver {
  const stopping = new AbortController();
  let newestEpoch = 0;
  let working: Promise<void> = Promise.resolve();

  async function take(record: StreamRecord): Promise<void> {
    const { log } = deps;
    if (!isCurrent(record, newestEpoch)) {
      log('error', 'update of an earlier poller refused', { update: record.update, epoch: record.epoch });
      return;
    }
    newestEpoch = record.epoch;
    const update = updateOf(record);
    if (update === null) {
      log('error', 'record without an update skipped', { sequence: record.sequence });
      return;
    }
    while (!stopping.signal.aborted) {
      try {
        deps.store(update, deps.now());
        return;
      } catch (error) {
        log('error', 'update not taken over from the cluster', { reason: reasonOf(error) });
        await pause(FULL_WAIT_MS, stopping.signal);
      }
    }
    // It stays on the cluster for the next start.
    await new Promise<never>(() => undefined);
  }

  async function takeOver(record: StreamRecord): Promise<void> {
    await take(record);
    deps.taken(record.sequence);
  }

  return {
    async receive(link) {
      // Each connection may be one to a cluster that lost its data, and counts from the beginning.
      newestEpoch = 0;
      await link.stream.consume(deps.host, (record) => (working = takeOver(record)));
    },
    async stop() {
      stopping.abort();
      await Promise.race([working, pause(0, AbortSignal.abort())]);
    },
  };
}

function updateOf({ body, update }: StreamRecord): RawUpdate | null {
  try {
    const raw = jsonOf(body) as RawUpdate | null;
    return raw !== null && raw.update_id === update ? raw : null;
  } catch {
    return null; // not JSON: nothing of ours
  }
}
