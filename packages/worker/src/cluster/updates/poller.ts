import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { pause } from '@ccbot/shared/pause';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { PermitEnded, type PollPermit, type RawUpdate, type UpdateSink } from '../../telegram/poll';
import type { HeldLease } from '../lease/decide';
import type { Lease } from '../lease/lease';
import type { ClusterLink, NewRecord } from '../link';
import type { Destination } from '../model';
import { afterBatch, continueFrom, isStored, laterOf, offsetOf, type NextUpdate } from './decide';

/** Time before a write whose outcome is unknown is made again, ms. */
const RETRY_MS = 200;

const beginning = z.object({ next: z.nullable(z.object({ id: z.number(), at: z.number() })) });

/** What the rooms know of updates. */
export interface UpdateRules {
  /** What this machine alone knows of the next update. */
  known(): NextUpdate | null;
  /** Keeps the updates of allowed users; the others are logged and dropped. */
  admit(batch: readonly RawUpdate[], at: number): readonly RawUpdate[];
  /** Decides where an update goes; may wait until an earlier one was handled, or `stopping` aborts. */
  route(update: RawUpdate, stopping: AbortSignal): Promise<Destination>;
}

export interface PollerDeps {
  lease: Pick<Lease, 'usable' | 'leftMs'>;
  names: { to(host: string): string; epoch: string };
  rules: UpdateRules;
  /** An update is on the stream. */
  stored(update: RawUpdate, destination: Destination): void;
  log: LogFn;
}

/** The side of the cluster that the poll loop sees: when it may poll, and where updates go before Telegram is told. */
export interface Poller {
  readonly permit: PollPermit;
  readonly sink: UpdateSink;
  /** The lease was granted: fences off every earlier poller, and opens the permit. */
  begin(link: ClusterLink, lease: HeldLease): void;
  /** The lease is over, or the connection is. */
  end(): void;
  epoch(): number | null;
}

/** One time of polling, between a grant and its end. */
interface Term {
  readonly link: ClusterLink;
  readonly stopping: AbortController;
  epoch: number;
  /** The place of the newest record that this poller knows of: every write names it. */
  tail: number;
  next: NextUpdate | null;
  isOpen: boolean;
}

interface PollerState {
  readonly deps: PollerDeps;
  term: Term | null;
  readonly waiting: Set<() => void>;
}

export function createPoller(deps: PollerDeps): Poller {
  const state: PollerState = { deps, term: null, waiting: new Set() };
  const end = (): void => {
    state.term?.stopping.abort();
    state.term = null;
  };
  return {
    permit: {
      leftMs: () => (state.term?.isOpen === true ? deps.lease.leftMs() : 0),
      wait: (signal) => waitUntilOpen(state, signal),
    },
    sink: {
      nextOffset: (at) => offsetOf(state.term?.next ?? null, at),
      add: (batch, at, stopping) => add(state, batch, at, stopping),
    },
    begin(link, lease) {
      end();
      const term: Term = {
        link,
        stopping: new AbortController(),
        epoch: lease.epoch,
        tail: 0,
        next: null,
        isOpen: false,
      };
      state.term = term;
      void openTerm(state, term);
    },
    end,
    epoch: () => (state.term?.isOpen === true ? state.term.epoch : null),
  };
}

function waitUntilOpen(state: PollerState, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      state.waiting.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    state.waiting.add(done);
    if (signal.aborted || (state.term?.isOpen === true && state.deps.lease.leftMs() > 0)) done();
  });
}

function isValid({ deps, term: current }: PollerState, term: Term): boolean {
  return current === term && !term.stopping.signal.aborted && deps.lease.leftMs() > 0;
}

/**
 * Reads how far the stream is, and writes a record behind that. Every write of an earlier poller names a place before
 * it, so the server refuses it from then on: what is on the stream is complete, and this poller continues from there.
 */
async function openTerm(state: PollerState, term: Term): Promise<void> {
  const { deps } = state;
  while (isValid(state, term)) {
    try {
      if (await fenceOff(state, term)) break;
    } catch (error) {
      deps.log('warn', 'stream not taken over', { reason: reasonOf(error) });
      await pause(RETRY_MS, term.stopping.signal);
    }
  }
  if (!isValid(state, term)) return;
  term.isOpen = true;
  deps.log('info', 'this machine polls', { epoch: term.epoch, next: term.next?.id ?? 0 });
  for (const done of [...state.waiting]) done();
}

async function fenceOff({ deps }: PollerState, term: Term): Promise<boolean> {
  const { stream } = term.link;
  const tail = await stream.tail();
  const last = await stream.last();
  if (last !== null && last.sequence !== tail) return false;
  const noted = last?.update === null ? (parseJson(beginning, last.body)?.next ?? null) : null;
  const from = continueFrom(last, term.epoch, noted);
  const next = laterOf(from.next, deps.rules.known());
  const body = JSON.stringify({ next } satisfies z.infer<typeof beginning>);
  const record: NewRecord = { subject: deps.names.epoch, body, epoch: from.epoch, update: null };
  const place = await stream.append(record, tail);
  if (place === null) return false;
  Object.assign(term, { epoch: from.epoch, next, tail: place });
  return true;
}

async function add(
  state: PollerState,
  batch: readonly RawUpdate[],
  at: number,
  stopping: AbortSignal,
): Promise<number> {
  const { term, deps } = state;
  if (term === null) throw new PermitEnded();
  let stored = 0;
  for (const update of deps.rules.admit(batch, at)) {
    if (isStored(update.update_id, term.next, at)) continue;
    const destination = await deps.rules.route(update, stopping);
    // Each may wait for seconds, and another machine can poll at once: Telegram gives it what is not stored yet.
    if (stopping.aborted) throw new PermitEnded();
    await append(state, term, update, destination);
    term.next = { id: update.update_id + 1, at };
    deps.stored(update, destination);
    stored++;
  }
  const highest = Math.max(...batch.map(({ update_id: id }) => id));
  if (Number.isFinite(highest)) term.next = afterBatch(term.next, highest, at);
  return stored;
}

/** Resolves when the update is on the stream. Throws {@link PermitEnded} when that is not certain and must not be tried again. */
async function append(
  state: PollerState,
  term: Term,
  update: RawUpdate,
  { host, active }: Destination,
): Promise<void> {
  const { deps } = state;
  const record: NewRecord = {
    subject: deps.names.to(host),
    body: JSON.stringify(active === undefined ? update : { ...update, ccbot_active: active }),
    epoch: term.epoch,
    update: update.update_id,
  };
  while (isValid(state, term) && term.isOpen) {
    try {
      const place = await term.link.stream.append(record, term.tail);
      if (place === null) {
        deps.log('warn', 'update refused: another poller writes', { update: update.update_id });
        reopen(state, term);
        break;
      }
      term.tail = Math.max(term.tail, place);
      return;
    } catch (error) {
      deps.log('warn', 'update not stored on the cluster', { reason: reasonOf(error) });
      await pause(RETRY_MS, term.stopping.signal);
    }
  }
  throw new PermitEnded();
}

/** If the lease is still ours, the other one is an earlier poller whose last write has just arrived. */
function reopen(state: PollerState, term: Term): void {
  term.isOpen = false;
  term.epoch++;
  void openTerm(state, term);
}
