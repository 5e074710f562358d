import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import type { Bucket, Entry } from '../link';
import {
  decideLease,
  initialLease,
  leaseDueAt,
  usableLease,
  type HeldLease,
  type LeaseAction,
  type LeaseEvent,
  type LeaseRecord,
  type LeaseState,
  type SeenLease,
} from './decide';

/** The key of the lease in its bucket. */
export const LEASE_KEY = 'poller';

/** A longer pause than a timer takes would be none. */
const TIMER_MAX_MS = 60_000;

const record = z.object({
  host: z.string(),
  node: z.string(),
  instance: z.string(),
  state: z.enum(['held', 'free']),
});

export type LeaseNews = Extract<LeaseAction, { do: 'granted' | 'extended' | 'ended' }>;

/** The lease to poll, as this process holds it or waits for it. */
export interface Lease {
  /** What this process may do at this moment; null: nothing. */
  usable(): HeldLease | null;
  /** For how long, ms; 0: not at all. */
  leftMs(): number;
  /** Who holds it, as far as this process knows. */
  holder(): LeaseRecord | null;
  /** There is a new connection. It must be watched by `watched` from then on. */
  connected(bucket: Bucket): void;
  watched(entry: Entry): void;
  disconnected(): void;
  /** Lets it end by itself, and does not take it for this long, ms, so that another machine may; 0 ends such a rest. */
  rest(ms: number): void;
  /** Gives it up; resolves when others know, or at the deadline. It is never taken again. */
  release(deadlineMs: number): Promise<void>;
  /** Ends its timer. What is held ends by itself. */
  close(): void;
}

export interface LeaseDeps {
  self: LeaseState['self'];
  /** See `createLeaseClock`. */
  clock: () => number;
  listen(news: LeaseNews): void;
  log: LogFn;
}

interface LeaseEffect {
  readonly deps: LeaseDeps;
  state: LeaseState;
  bucket: Bucket | null;
  timer: NodeJS.Timeout | undefined;
  /** Called when nothing of it is under way or held any more. */
  onFreed: (() => void) | undefined;
}

type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;

export function createLease(deps: LeaseDeps): Lease {
  const effect: LeaseEffect = {
    deps,
    state: initialLease(deps.self),
    bucket: null,
    timer: undefined,
    onFreed: undefined,
  };
  return {
    usable: () => usableLease(effect.state, deps.clock()),
    leftMs() {
      const at = deps.clock();
      const lease = usableLease(effect.state, at);
      return lease === null ? 0 : lease.endsAt - at;
    },
    holder: () => effect.state.seen?.record ?? null,
    connected(bucket) {
      effect.bucket = bucket;
      send(effect, { type: 'connected' });
    },
    watched(entry) {
      if (entry.key === LEASE_KEY) send(effect, { type: 'seen', lease: leaseOf(entry), answer: false });
    },
    disconnected() {
      effect.bucket = null;
      send(effect, { type: 'disconnected' });
    },
    rest: (ms) => send(effect, { type: 'rest', until: deps.clock() + ms }),
    release: (deadlineMs) => release(effect, deadlineMs),
    close() {
      clearTimeout(effect.timer);
      effect.bucket = null;
    },
  };
}

function send(effect: LeaseEffect, event: Untimed<LeaseEvent>): void {
  const at = effect.deps.clock();
  const [state, actions] = decideLease(effect.state, { ...event, at } as LeaseEvent);
  effect.state = state;
  for (const action of actions) perform(effect, action);
  arm(effect);
  if (effect.state.held === null && effect.state.pending === null) effect.onFreed?.();
}

/** Without a connection nothing is written or read, and the next one begins with a read. */
function arm(effect: LeaseEffect): void {
  clearTimeout(effect.timer);
  const due = leaseDueAt(effect.state);
  if (due === null) return;
  const delay = Math.min(TIMER_MAX_MS, Math.max(0, Math.ceil(due - effect.deps.clock())));
  effect.timer = setTimeout(() => send(effect, { type: 'tick' }), delay);
}

function perform(effect: LeaseEffect, action: LeaseAction): void {
  if (action.do !== 'write' && action.do !== 'read') return effect.deps.listen(action);
  const { bucket } = effect;
  if (bucket === null) return;
  const answered = action.do === 'read' ? read(bucket) : write(bucket, action.record, action.expected);
  answered
    .catch((error: unknown): Untimed<LeaseEvent> => {
      effect.deps.log('warn', `lease: ${action.do} failed`, { reason: reasonOf(error) });
      return { type: 'failed' };
    })
    .then((event) => {
      // Of an earlier connection: nobody waits for it.
      if (effect.bucket === bucket) send(effect, event);
    })
    .catch((error: unknown) => effect.deps.log('error', 'lease: step failed', { reason: reasonOf(error) }));
}

async function read(bucket: Bucket): Promise<Untimed<LeaseEvent>> {
  const entry = await bucket.get(LEASE_KEY);
  return { type: 'seen', lease: leaseOf(entry), answer: true };
}

async function write(bucket: Bucket, value: LeaseRecord, expected: number): Promise<Untimed<LeaseEvent>> {
  const revision = await bucket.put(LEASE_KEY, JSON.stringify(value), expected);
  return revision === null ? { type: 'refused' } : { type: 'written', revision };
}

/** A record that cannot be read, or was deleted, may be one of somebody who holds the lease. */
export function leaseOf(entry: Entry | null): SeenLease {
  if (entry === null) return { revision: 0, record: null };
  return { revision: entry.revision, record: parseJson(record, entry.value ?? '') };
}

function release(effect: LeaseEffect, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => effect.onFreed?.(), deadlineMs);
    effect.onFreed = () => {
      effect.onFreed = undefined;
      clearTimeout(timer);
      resolve();
    };
    send(effect, { type: 'stop' });
  });
}
