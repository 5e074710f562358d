import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { DispatchEffect } from './handlers/model';
import type { SessionHandlers } from './handlers/table';
import type { SessionInput } from './machine/model';
import { step } from './machine/step';
import { createDeferred, type Deferred } from './deferred';
import { createLabels, type Labels } from './labels';
import { isLive, type Session } from './model';
import { parseSession } from './rows';

/** Where sessions are stored. */
export interface SessionStore {
  tx<T>(work: () => T): T;
  all(): { id: string; body: string }[];
  put(id: string, body: string): void;
  remove(id: string): void;
}

export interface RegistryDeps {
  store: SessionStore;
  handlers: SessionHandlers;
  /** The name of this machine, where the chat names the machine of each session. */
  host?(): string | undefined;
  log: LogFn;
}

/**
 * The only writer of sessions, and the only dispatch. What it hands out, to callers and handlers, has the name that the
 * chat shows.
 */
export interface Registry {
  get(id: string): Session | undefined;
  /** Oldest first. */
  all(): Session[];
  /** Those that are not archived, oldest first: the same list until one of them changes. */
  live(): readonly Session[];
  add(session: Session): void;
  rename(id: string, name: string): void;
  /** Removes archived sessions from the store; live ones are left alone. Transcripts belong to the agents and stay. */
  forget(ids: readonly string[]): void;
  /**
   * Runs inputs through the session machine. The new state, everything that handlers write in the transaction, and
   * `also` are committed together; then the handlers that follow the commit run. Throws what the store throws: the
   * state is then unchanged, and the same inputs may be dispatched again.
   */
  dispatch(id: string, inputs: readonly SessionInput[], also?: () => void): void;
  /**
   * As `dispatch`, for inputs that come again after a crash, from where `mark` says that they were read. If they change
   * nothing but what is drawn, state and mark are stored later, together with those of other sessions.
   */
  dispatchRepeatable(id: string, inputs: readonly SessionInput[], mark: () => void): void;
  /** Stores what waits to be stored, of one session or of all. */
  settle(id?: string): void;
}

interface RegistryState extends RegistryDeps {
  deferred: Deferred;
  sessions: Map<string, Session>;
  labels: Labels;
  /** What `live` returned, for this host. Absent: a session has changed since. */
  live: { host: string | undefined; sessions: readonly Session[] } | undefined;
}

/** A step's effects with the state they came from: what is shown of one input must not show a later one. */
interface Stage {
  session: Session;
  effects: readonly DispatchEffect[];
}

/** Loads the sessions from the store. A row that cannot be read is logged and left where it is. */
export function createRegistry(deps: RegistryDeps): Registry {
  const labels = createLabels(() => deps.host?.());
  const sessions = loadSessions(deps);
  const { store, log } = deps;
  const deferred = createDeferred({ store, get: (id) => sessions.get(id), log });
  const state: RegistryState = { ...deps, deferred, sessions, labels, live: undefined };
  const labelled = (session: Session): Session => labels.of(session);
  return {
    get: (id) => optional(state.sessions.get(id), labelled),
    all: () => oldestFirst(state).map(labelled),
    live: () => liveOf(state),
    add: (session) => addSession(state, session),
    rename: (id, name) => renameSession(state, id, name),
    forget: (ids) => forgetSessions(state, ids),
    dispatch: (id, inputs, also) => dispatch(state, id, inputs, { also, mayWait: false }),
    dispatchRepeatable: (id, inputs, mark) => dispatch(state, id, inputs, { also: mark, mayWait: true }),
    settle: (id) => deferred.flush(id),
  };
}

const optional = <T, U>(value: T | undefined, of: (value: T) => U): U | undefined =>
  value === undefined ? undefined : of(value);

function loadSessions({ store, log }: RegistryDeps): Map<string, Session> {
  const sessions = new Map<string, Session>();
  for (const row of store.all()) {
    const parsed = parseSession(row.body);
    if (parsed.ok) sessions.set(row.id, parsed.session);
    else log('error', 'stored session unreadable', { session: row.id, reason: parsed.reason });
  }
  return sessions;
}

function oldestFirst({ sessions }: RegistryState): Session[] {
  return [...sessions.values()].sort((a, b) => a.createdAt - b.createdAt);
}

/** Asked for many times by everything that ticks, so a thousand sessions at rest are not sorted and filtered each time. */
function liveOf(state: RegistryState): readonly Session[] {
  const host = state.host?.();
  if (state.live === undefined || state.live.host !== host) {
    const sessions = oldestFirst(state).filter(isLive);
    state.live = { host, sessions: sessions.map((session) => state.labels.of(session)) };
  }
  return state.live.sessions;
}

/** Sets or removes a session. */
function keep(state: RegistryState, id: string, session: Session | undefined): void {
  if (session === undefined) state.sessions.delete(id);
  else if (state.sessions.get(id) !== session) state.sessions.set(id, session);
  else return;
  state.live = undefined;
}

function addSession(state: RegistryState, session: Session): void {
  const { store, handlers } = state;
  store.tx(() => store.put(session.id, JSON.stringify(session)));
  keep(state, session.id, session);
  handlers.changed();
}

function renameSession(state: RegistryState, id: string, name: string): void {
  const { store, sessions, handlers, deferred } = state;
  const before = sessions.get(id);
  if (before === undefined) return;
  const next: Session = { ...before, name, card: { ...before.card, name } };
  delete next.unnamed;
  store.tx(() => {
    deferred.put(id, next);
    if (next.card.phase === 'working') runInTransaction(state, next, { do: 'show' });
  });
  deferred.settled(id);
  keep(state, id, next);
  handlers.changed();
}

function forgetSessions(state: RegistryState, ids: readonly string[]): void {
  const { store, sessions, handlers } = state;
  const archived = ids.filter((id) => {
    const session = sessions.get(id);
    return session !== undefined && !isLive(session);
  });
  store.tx(() => {
    for (const id of archived) store.remove(id);
  });
  for (const id of archived) {
    keep(state, id, undefined);
    state.deferred.settled(id);
  }
  if (archived.length > 0) handlers.changed();
}

/** What is stored with a state. `mayWait`: it comes again after a crash, see {@link Registry.dispatchRepeatable}. */
interface Along {
  also: (() => void) | undefined;
  mayWait: boolean;
}

function dispatch(
  state: RegistryState,
  id: string,
  inputs: readonly SessionInput[],
  { also, mayWait }: Along,
): void {
  const { store, sessions, handlers, deferred } = state;
  const before = sessions.get(id);
  if (before === undefined) {
    if (also !== undefined) store.tx(also);
    return;
  }
  const stages = stepAll(before, inputs);
  const session = stages.at(-1)?.session ?? before;
  const effects = stages.flatMap((stage) => stage.effects);
  const listens = inputs.some(({ type }) => handlers.events(type).length > 0);
  const waits = mayWait && session.phase === before.phase && effects.every((effect) => effect.do === 'show');
  if (session !== before || effects.length > 0 || also !== undefined || listens) {
    store.tx(() => {
      if (!waits && (session !== before || deferred.has(id))) deferred.put(id, session);
      for (const shown of shownStages(stages))
        for (const effect of shown.effects) runInTransaction(state, shown.session, effect);
      if (session.phase !== before.phase) runInTransaction(state, session, { do: 'phase-changed' });
      if (!waits) also?.();
      runEvents(state, before, inputs, 'in-transaction');
    });
  }
  keep(state, id, session);
  if (!waits) deferred.settled(id);
  else if (also !== undefined) deferred.add(id, also);
  if (isLive(session) !== isLive(before)) handlers.changed();
  for (const effect of effects) runAfterCommit(state, session, effect);
  runEvents(state, before, inputs, 'after-commit');
}

function stepAll(before: Session, inputs: readonly SessionInput[]): Stage[] {
  const stages: Stage[] = [];
  let session = before;
  for (const input of inputs) {
    const [next, effects] = step(session, input);
    session = next;
    stages.push({ session, effects });
  }
  return stages;
}

/**
 * The same stages, with one `show` at most: of several states of the live card only the last is drawn, and none before
 * a finished turn. It may wait (`minor`) only when every one of them may.
 */
function shownStages(stages: readonly Stage[]): Stage[] {
  const has = (name: DispatchEffect['do']) => (stage: Stage) => stage.effects.some((e) => e.do === name);
  const lastShow = stages.findLastIndex(has('show'));
  const lastFinish = stages.findLastIndex(has('finish'));
  const isMinor = stages.every(({ effects }) =>
    effects.every((effect) => effect.do !== 'show' || effect.minor === true),
  );
  const show: DispatchEffect = isMinor ? { do: 'show', minor: true } : { do: 'show' };
  return stages.map(({ session, effects }, i) => {
    const isShown = i === lastShow && i >= lastFinish && isLive(session);
    const kept = effects.filter((effect) => effect.do !== 'show' || isShown);
    return { session, effects: kept.map((effect) => (effect.do === 'show' ? show : effect)) };
  });
}

function runInTransaction(
  { handlers, labels }: RegistryState,
  session: Session,
  effect: DispatchEffect,
): void {
  for (const { handler } of handlers.effects(effect.do))
    if (handler.phase === 'in-transaction') handler.run(labels.of(session), effect);
}

function runAfterCommit(state: RegistryState, session: Session, effect: DispatchEffect): void {
  for (const { owner, handler } of state.handlers.effects(effect.do)) {
    if (handler.phase !== 'after-commit') continue;
    guarded(state, session.id, `${owner}/${effect.do}`, () => handler.run(state.labels.of(session), effect));
  }
}

function runEvents(
  state: RegistryState,
  before: Session,
  inputs: readonly SessionInput[],
  phase: 'in-transaction' | 'after-commit',
): void {
  for (const type of new Set(inputs.map((input) => input.type))) {
    const ofType = inputs.filter((input) => input.type === type);
    for (const { owner, handler } of state.handlers.events(type)) {
      if (handler.phase !== phase) continue;
      const run = (): void => handler.run(state.labels.of(before), ofType);
      if (phase === 'in-transaction') run();
      else guarded(state, before.id, `${owner}/${type}`, run);
    }
  }
}

/** What is committed is not undone by a handler that fails: the caller would bring the same inputs again. */
function guarded({ log }: RegistryState, session: string, handler: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    log('error', 'session handler failed', { session, handler, reason: reasonOf(error) });
  }
}
