import type { LogFn } from '@ccbot/shared/log/logger';
import type { People } from '../../chat/people';
import type { Outbox } from '../../outbox/port';
import type { HookConnection } from './hook-connection';
import type { AgentRequest, RequestPolicy } from './model';
import type { OrphanedReplies } from './orphaned-replies';
import type { QuietHours } from './quiet-hours';
import type { RequestingSessions } from './requesting-sessions';

/** The requests on disk. */
export interface RequestStore {
  /** A decision and its message are written in one transaction. */
  tx<T>(work: () => T): T;
  /** Runs `work` after the running transaction is committed. */
  afterCommit(work: () => void): void;
  /** Adds a request and gives it its `id`. */
  add(request: AgentRequest): AgentRequest;
  put(request: AgentRequest): void;
  get(id: number): AgentRequest | undefined;
  /** By the uuid of the hook. */
  byRequest(request: string): AgentRequest | undefined;
  /** Those that are not closed, oldest first. */
  open(): AgentRequest[];
  /** Deletes closed requests that arrived before `before`, ms since the epoch. */
  prune(before: number): void;
}

/** The time and chance, and the settings about the time. */
export interface RequestClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** A random value for the buttons of one request; see `NONCE`. */
  newNonce(): string;
  /** See `RequestPolicy`. */
  remindMs: number;
  quiet: QuietHours | null;
}

export interface RequestServiceDeps {
  store: RequestStore;
  sessions: RequestingSessions;
  people: Pick<People, 'chats' | 'wordsOf' | 'nameOf'>;
  outbox: Pick<Outbox, 'put' | 'remove' | 'onSettled'>;
  clock: RequestClock;
  log: LogFn;
}

export interface ServiceState extends RequestServiceDeps {
  /** Every request that is not closed. */
  readonly open: Map<number, AgentRequest>;
  /** The connected hooks, by request. */
  readonly hooks: Map<number, HookConnection>;
  readonly orphanedReplies: OrphanedReplies;
  /** Set for the next deadline. */
  timer: NodeJS.Timeout | undefined;
  stopped: boolean;
}

export function getRequest({ open, store }: ServiceState, id: number): AgentRequest | undefined {
  return open.get(id) ?? store.get(id);
}

export function openOf({ open }: ServiceState, session: string): AgentRequest[] {
  return [...open.values()].filter((request) => request.session === session);
}

export function policyOf(
  { sessions, people, clock }: ServiceState,
  { session, asked }: AgentRequest,
): RequestPolicy {
  return {
    limitMs: sessions.portOf(session)?.limitMs(asked) ?? null,
    remindMs: clock.remindMs,
    quiet: clock.quiet,
    chats: people.chats,
  };
}
