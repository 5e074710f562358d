/** Times of the lease, ms. See docs/cluster.md. */
export const LEASE_MS = 10_000;
/** The holder writes it again this long after it last began to. */
export const RENEW_MS = 3_000;
/**
 * The holder gives it up this long before the others may take it. Each side measures with a clock of its own: this is
 * also what their rates may differ by.
 */
export const LEASE_MARGIN_MS = 1_500;
/** Time between two attempts to write after one that failed, ms. */
const RETRY_MS = 500;

/** What the lease says. */
export interface LeaseRecord {
  /** The machine's name. */
  host: string;
  /** The machine's own id, which stays the same across restarts. */
  node: string;
  /** One run of its worker. */
  instance: string;
  /** `free`: given up cleanly, so that anybody may take it at once. */
  state: 'held' | 'free';
}

/** The lease as read from the cluster. `record` null: nobody has ever written it, or the cluster has lost its data. */
export interface SeenLease {
  /** The revision of the record; 0 if there is none. */
  revision: number;
  record: LeaseRecord | null;
}

/** What this run of the worker may do. Times are those of the lease clock, ms. */
export interface HeldLease {
  revision: number;
  /** The revision with which it was taken: greater than that of every holder before. */
  epoch: number;
  /** Nothing may be asked of Telegram from then on. */
  endsAt: number;
}

/** The lease as one run of a worker knows it. */
export interface LeaseState {
  readonly self: Omit<LeaseRecord, 'state'>;
  readonly held: HeldLease | null;
  /** What was read last, and when that revision was seen first; null: nothing is known, so nothing is taken. */
  readonly seen: (SeenLease & { since: number }) | null;
  /** The write or read under way, and when it began. */
  readonly pending: { what: 'take' | 'renew' | 'free' | 'read'; sentAt: number; expected: number } | null;
  /** No write begins before. */
  readonly notBefore: number;
  /** It is neither taken nor renewed before: another machine may poll. */
  readonly restUntil: number;
  readonly wanted: 'take' | 'free';
}

export type LeaseEvent = { at: number } & (
  | { type: 'tick' }
  /** The record was read, or a watch has shown it. `answer`: it answers our read. */
  | { type: 'seen'; lease: SeenLease; answer: boolean }
  /** Our write was stored under this revision. */
  | { type: 'written'; revision: number }
  /** Our write was refused: the record has another revision than expected. */
  | { type: 'refused' }
  /** Nobody knows whether our write was stored, or our read failed. */
  | { type: 'failed' }
  /** The connection is gone, or another one is there: what was under way is lost. */
  | { type: 'disconnected' }
  | { type: 'connected' }
  /** Let the lease end by itself, and do not take it before `until`; one that is past ends such a rest. */
  | { type: 'rest'; until: number }
  /** Give the lease up, and take it no more. */
  | { type: 'stop' }
);

export type LeaseAction =
  /** Write the record if it still has the `expected` revision; 0: if there is none. */
  | { do: 'write'; record: LeaseRecord; expected: number }
  | { do: 'read' }
  | { do: 'granted'; lease: HeldLease }
  | { do: 'extended'; lease: HeldLease }
  | { do: 'ended'; why: 'taken' | 'expired' | 'freed' };

export type LeaseStep = readonly [LeaseState, readonly LeaseAction[]];

export function initialLease(self: LeaseState['self']): LeaseState {
  return { self, held: null, seen: null, pending: null, notBefore: 0, restUntil: 0, wanted: 'take' };
}

/** The lease if it can be used at this moment. The only answer to whether this machine may poll. */
export function usableLease({ held, wanted }: LeaseState, at: number): HeldLease | null {
  return held !== null && wanted === 'take' && at < held.endsAt ? held : null;
}

/** When something is due without any further event; null: never. */
export function leaseDueAt(state: LeaseState): number | null {
  const { held, pending, seen, wanted, notBefore, restUntil } = state;
  const end = held?.endsAt ?? Infinity;
  if (pending !== null || (wanted === 'free' && held === null)) return finite(end);
  if (seen === null || wanted === 'free') return Math.min(end, notBefore);
  return Math.min(end, Math.max(notBefore, restUntil, held === null ? takeAt(state, seen) : renewAt(held)));
}

/**
 * Decides about the lease. Nothing in it depends on a clock that others set: a holder counts from the moment before it
 * began to write, everybody else from the moment at which they first saw that write. So a taker always waits longer
 * than the holder acts, whatever happens to messages, to either process, or to the clock of the server.
 */
export function decideLease(before: LeaseState, event: LeaseEvent): LeaseStep {
  const [state, ended] = expire(before, event.at);
  const [next, actions] = handle(state, event);
  const [last, begun] = begin(next, event.at);
  return [last, [...ended, ...actions, ...begun]];
}

function expire(state: LeaseState, at: number): LeaseStep {
  if (state.held === null || at < state.held.endsAt) return [state, []];
  return [{ ...state, held: null }, news(state, { do: 'ended', why: 'expired' })];
}

function handle(state: LeaseState, event: LeaseEvent): LeaseStep {
  switch (event.type) {
    case 'tick':
      return [state, []];
    case 'seen':
      return event.answer
        ? readLease({ ...state, pending: null }, event.lease, event.at)
        : watchedLease(state, event.lease, event.at);
    case 'written':
      return written(state, event.revision, event.at);
    case 'refused':
      return [readFirst(state), []];
    case 'failed':
      return [{ ...readFirst(state), notBefore: event.at + RETRY_MS }, []];
    case 'disconnected':
      // What is held stays held until its end: others count from what they have seen.
      return [{ ...readFirst(state), notBefore: event.at + RETRY_MS }, []];
    case 'connected':
      return [{ ...readFirst(state), notBefore: event.at }, []];
    case 'rest':
      return [{ ...state, restUntil: event.until }, []];
    case 'stop':
      // From here on, not only once it is written: whoever reads that it is free takes it before we have an answer.
      return [
        { ...state, wanted: 'free' },
        state.held === null ? [] : news(state, { do: 'ended', why: 'freed' }),
      ];
  }
}

/** Once the lease is not wanted any more, nobody has to hear what becomes of it. */
function news({ wanted }: LeaseState, action: LeaseAction): readonly LeaseAction[] {
  return wanted === 'take' ? [action] : [];
}

/** What is known of the record is worth nothing any more. */
function readFirst(state: LeaseState): LeaseState {
  return { ...state, seen: null, pending: null };
}

/** A watch may be late: what is older than what we know says nothing. */
function watchedLease(state: LeaseState, lease: SeenLease, at: number): LeaseStep {
  const known = Math.max(state.seen?.revision ?? 0, state.held?.revision ?? 0);
  return lease.revision <= known ? [state, []] : readLease(state, lease, at);
}

/** An answer to our own read is the truth, even if the revision went back: then the cluster has lost its data. */
function readLease(state: LeaseState, lease: SeenLease, at: number): LeaseStep {
  const { seen, held, self } = state;
  const since = seen?.revision === lease.revision ? seen.since : at;
  const known: LeaseState = { ...state, seen: { ...lease, since } };
  if (held === null || lease.revision === held.revision) return [known, []];
  if (lease.record?.instance === self.instance && lease.revision > held.revision) {
    // Our own write, whose answer is on its way or was lost.
    return [{ ...known, held: { ...held, revision: lease.revision } }, []];
  }
  return [{ ...known, held: null }, news(state, { do: 'ended', why: 'taken' })];
}

function written(state: LeaseState, revision: number, at: number): LeaseStep {
  const { pending, held, self } = state;
  if (pending === null || pending.what === 'read') return [state, []];
  const record: LeaseRecord = { ...self, state: pending.what === 'free' ? 'free' : 'held' };
  const known: LeaseState = { ...state, pending: null, seen: { revision, record, since: at } };
  if (pending.what === 'free') return [{ ...known, held: null }, []];
  const endsAt = pending.sentAt + LEASE_MS - LEASE_MARGIN_MS;
  if (at >= endsAt) return [known, []]; // the answer came too late: it is ours, and is written again
  if (held === null) {
    const lease = { revision, epoch: revision, endsAt };
    return [{ ...known, held: lease }, news(state, { do: 'granted', lease })];
  }
  const lease = { ...held, revision, endsAt };
  return [{ ...known, held: lease }, news(state, { do: 'extended', lease })];
}

/** Begins the write or the read that is due. */
function begin(state: LeaseState, at: number): LeaseStep {
  const { held, pending, seen, wanted, notBefore, restUntil } = state;
  if (pending !== null || at < notBefore) return [state, []];
  if (wanted === 'free' && held === null) return [state, []];
  // After a write whose outcome is unknown, the revision may be ours already.
  if (seen === null) return read(state, at);
  if (wanted === 'take' && at < restUntil) return [state, []];
  if (held === null) return at < takeAt(state, seen) ? [state, []] : write(state, 'take', seen.revision, at);
  if (wanted === 'free') return write(state, 'free', held.revision, at);
  return at < renewAt(held) ? [state, []] : write(state, 'renew', held.revision, at);
}

function write(state: LeaseState, what: 'take' | 'renew' | 'free', expected: number, at: number): LeaseStep {
  const record: LeaseRecord = { ...state.self, state: what === 'free' ? 'free' : 'held' };
  return [{ ...state, pending: { what, sentAt: at, expected } }, [{ do: 'write', record, expected }]];
}

function read(state: LeaseState, at: number): LeaseStep {
  return [{ ...state, pending: { what: 'read', sentAt: at, expected: 0 } }, [{ do: 'read' }]];
}

function renewAt({ endsAt }: HeldLease): number {
  return endsAt - (LEASE_MS - LEASE_MARGIN_MS) + RENEW_MS;
}

/**
 * When the record may be taken. One of this machine at once: its file lock proves that the worker that wrote it is
 * dead. One that nobody has written has to be waited for too: its holder may be alive, and the cluster has lost it.
 */
function takeAt({ self }: LeaseState, { record, since }: SeenLease & { since: number }): number {
  if (record?.state === 'free' || record?.node === self.node) return since;
  return since + LEASE_MS;
}

function finite(at: number): number | null {
  return at === Infinity ? null : at;
}
