import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { LiveSession } from '../agents/agent';
import { PanesError, type PanesEvent } from '../terminal/panes';
import type { Windows } from '../sessions/lifecycle/windows';
import type { Prompt } from '../prompts/model';
import { afterCommit, type EffectTable } from '../sessions/handlers/model';
import type { Registry } from '../sessions/registry';
import { reportAgentEnd } from './agent-end';
import type { Attention } from './attention';
import type { Bindings } from './bindings';
import type { Follower } from './follower';
import type { HookEvent } from './hook-events';
import type { IdleDetection } from './idle-detection';
import type { LiveNotesWatch } from './live-notes';
import type { PromptTracker } from './prompt-tracker';
import { NOTHING_RECONCILED, reconcile, type Reconciled, type Recovery } from './reconcile';
import type { ScreenReader } from './screen-reader';
import { createSeeking, type Seeking } from './seek';
import type { SubAgents } from './subagents';
import type { WatchHealth } from './watch-health';

/** The pause before sessions are reconciled again that the terminal gave no answer about, ms. */
const RECONCILE_AGAIN_MS = 1_000;

/** Hook events after which another session may run in a window. */
const BEGINS: ReadonlySet<string> = new Set(['SessionStart', 'UserPromptSubmit']);

/** What rooms and features learn from the watcher, besides the inputs it dispatches. */
export interface WatchListener {
  /** A hook event, after the watcher itself has dealt with it. */
  hook?(event: HookEvent): void;
  /** A hook reported a session that no window of ours runs. */
  newcomer?(sessionId: string): Promise<void>;
  /** Sessions were reconciled with the terminal: at the start, and whenever its server comes back. */
  reconciled?(): void;
}

/** Turns what the terminal, hooks and agents' files report into inputs of the session machine. */
export interface Watcher {
  onHook(event: HookEvent): void;
  onPanes(event: PanesEvent): void;
  /** A prompt was typed: dispatches that, watches for what it changes, and looks for the session it may begin. */
  typed(prompt: Prompt): void;
  /** Reconciles the sessions with the terminal. */
  reconcile(): Promise<Reconciled>;
  listen(listener: WatchListener): void;
  readonly effects: EffectTable;
  stop(): void;
}

/** What watches the sessions. */
export interface Senses {
  tracker: PromptTracker;
  follower: Follower;
  screenReader: ScreenReader;
  idle: IdleDetection;
  attention: Attention;
  subAgents: SubAgents;
  bindings: Bindings;
  health: WatchHealth;
  notes: LiveNotesWatch;
}

export interface WatcherDeps {
  registry: Registry;
  windows: Windows;
  senses: Senses;
  recovery: Recovery;
  now(): number;
  log: LogFn;
}

/** The watcher, with all that it watches by. */
export interface WatchRoom extends Senses {
  watcher: Watcher;
}

interface WatcherState extends WatcherDeps {
  seeking: Seeking;
  /** The next attempt to reconcile. */
  again: NodeJS.Timeout | undefined;
  listeners: WatchListener[];
  isStopped: boolean;
}

export function createWatcher(deps: WatcherDeps): Watcher {
  const { senses, now, log } = deps;
  const { bindings, follower, notes } = senses;
  const seeking = createSeeking({
    discover: (id, since, mayChange) => locate(deps, id, since, mayChange),
    isThere: (id) => bindings.isThere(id),
    now,
    log,
  });
  const state: WatcherState = {
    ...deps,
    seeking,
    again: undefined,
    listeners: [],
    isStopped: false,
  };
  follower.listen({
    gone: (id, to) => onGone(state, id, to),
    appeared: (id) => rebound(state, id),
  });
  notes.listen((live) => onNoted(state, live));
  return {
    onHook: (event) => onHook(state, event),
    onPanes: (event) => onPanes(state, event),
    typed: (prompt) => typed(state, prompt),
    reconcile: () => reconcileSessions(state),
    listen: (listener) => void state.listeners.push(listener),
    effects: effectsOf(state),
    stop() {
      state.isStopped = true;
      clearTimeout(state.again);
      deps.recovery.absence.stop();
      senses.screenReader.stop();
      senses.idle.stop();
      senses.attention.stop();
      senses.subAgents.stop();
      notes.stop();
      seeking.stop();
    },
  };
}

function effectsOf(state: WatcherState): EffectTable {
  const { follower, screenReader, idle, attention, subAgents } = state.senses;
  return {
    watch: afterCommit((session, { on }) => attention.watch(session, on)),
    follow: afterCommit((session, { at }) => {
      state.senses.notes.open();
      follower.follow(session, at);
      subAgents.sync(session);
    }),
    discover: afterCommit(({ id }) => quietly(state, discover(state, id))),
    agents: afterCommit((session) => subAgents.sync(session)),
    release: afterCommit(({ id }) => {
      follower.release(id);
      screenReader.release(id);
      idle.release(id);
      attention.release(id);
      subAgents.release(id);
      state.seeking.release(id);
    }),
  };
}

/** Runs work that fails only if a window went away, which has its own event. */
function quietly({ log }: WatcherState, work: Promise<unknown>): void {
  work.catch((error: unknown) => log('info', 'window not served', { reason: reasonOf(error) }));
}

function typed({ registry, senses, seeking, now }: WatcherState, prompt: Prompt): void {
  const { session, messageId, chatId } = prompt;
  senses.attention.watchNow(session);
  seeking.typed(session);
  registry.dispatch(session, [{ type: 'typed', at: now(), replyTo: messageId, by: chatId }]);
}

/** Asks the agent's own files which session it runs, and where. All records of a first session count. */
function locate(
  { registry, senses }: WatcherDeps,
  id: string,
  at: number,
  mayChange: boolean,
): Promise<void> {
  const session = registry.get(id);
  const since = session?.binding === undefined ? (session?.createdAt ?? at) : at;
  return senses.bindings.locate(id, since, mayChange);
}

function discover(state: WatcherState, id: string, since = state.now()): Promise<void> {
  return locate(state, id, since, true);
}

/** The transcript has left its path: the agent moved it, or it was deleted. */
function onGone(state: WatcherState, id: string, to: string | null): void {
  const { registry, senses, now } = state;
  const sessionId = registry.get(id)?.binding?.sessionId;
  if (state.isStopped || sessionId === undefined) return;
  if (to !== null) senses.bindings.report(id, { sessionId, transcriptPath: to, at: now() });
  quietly(state, senses.bindings.locate(id, now(), false));
}

/** The transcript that was reported before it existed is there. */
function rebound({ registry, senses }: WatcherState, id: string): void {
  const binding = registry.get(id)?.binding;
  if (binding !== undefined) senses.bindings.report(id, binding);
}

function onNoted(state: WatcherState, live: LiveSession): void {
  const { registry, senses, now } = state;
  const session = registry.live().find(({ binding }) => binding?.sessionId === live.sessionId);
  if (state.isStopped || session === undefined) return;
  senses.bindings.noted(session.id, live, now());
  if (live.status === 'idle' && session.card.phase === 'working') senses.idle.check(session.id);
}

function onHook(state: WatcherState, event: HookEvent): void {
  bindFromHook(state, event);
  for (const { hook } of state.listeners) hook?.(event);
}

function bindFromHook(state: WatcherState, event: HookEvent): void {
  const { registry, senses, seeking } = state;
  const { sessionId, transcriptPath, at } = event;
  const session =
    event.ccbotSession === undefined
      ? registry.live().find(({ binding }) => binding?.sessionId === sessionId)
      : registry.get(event.ccbotSession);
  if (session === undefined && event.ccbotSession === undefined && BEGINS.has(event.name))
    return quietly(state, takeNewcomer(state, event));
  if (session === undefined || transcriptPath === undefined) return;
  if (senses.bindings.runsElsewhere(session.id, sessionId)) return;
  seeking.heard(session.id);
  const isBound = session.binding?.sessionId === sessionId;
  senses.bindings.report(session.id, { sessionId, transcriptPath, at });
  // Named, but not there: the agent's own files may know better.
  if (!BEGINS.has(event.name) && !senses.bindings.isThere(session.id))
    quietly(state, senses.bindings.locate(session.id, at, false));
  if (event.name === 'Stop') senses.idle.stopped(session.id, at);
  if (isBound && event.answer !== undefined)
    quietly(state, toldAnswer(state, session.id, event.answer, event));
  if (event.prompt !== undefined) senses.tracker.confirm(session.id, event.prompt);
  if (event.name === 'SessionStart') quietly(state, senses.screenReader.read(session.id));
}

/** Shows the answer of a turn before its record is written. What is written already is read before. */
async function toldAnswer(
  state: WatcherState,
  id: string,
  text: string,
  { sessionId, at, turnId }: HookEvent,
): Promise<void> {
  const { registry, senses, now } = state;
  await senses.follower.caughtUp(id);
  if (state.isStopped || turnId === undefined) return;
  if (registry.get(id)?.binding?.sessionId !== sessionId) return;
  registry.dispatch(id, [{ type: 'observed', at: now(), event: { type: 'answer.told', at, text, turnId } }]);
}

/** An agent that ccbot did not start runs a new session in an adopted window, or features hear of it. */
async function takeNewcomer(state: WatcherState, { sessionId, pane, at }: HookEvent): Promise<void> {
  const { registry, windows } = state;
  // A pane of another server may have the same id, so the agent's own files decide.
  const adopted = (await windows.list()).find((window) => window.pane === pane);
  if (adopted !== undefined) await discover(state, adopted.session, at);
  if (registry.live().some(({ binding }) => binding?.sessionId === sessionId)) return;
  for (const { newcomer } of state.listeners) await newcomer?.(sessionId);
}

function onPanes(state: WatcherState, event: PanesEvent): void {
  const { senses, log } = state;
  if (state.isStopped) return;
  switch (event.type) {
    case 'output':
      return senses.screenReader.onEvent(event);
    case 'died':
      return quietly(state, agentEnded(state, event));
    case 'closed':
      return quietly(state, state.recovery.absence.onClosed(event.session));
    case 'down':
      return log('warn', 'terminal server gone', { reason: event.reason });
    case 'up':
      return quietly(state, reconcileSessions(state));
  }
}

function agentEnded(state: WatcherState, event: Extract<PanesEvent, { type: 'died' }>): Promise<void> {
  return reportAgentEnd(
    { ...state, hasEnded: (session) => state.recovery.absence.hasEnded(session) },
    event.session,
    event,
  );
}

/** Reconciles, and again later if the terminal does not answer: that says nothing about any session. */
async function reconcileSessions(state: WatcherState): Promise<Reconciled> {
  clearTimeout(state.again);
  state.recovery.absence.start();
  try {
    return await reconcileNow(state);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    state.log('warn', 'sessions not reconciled', { reason: error.message });
    if (!state.isStopped)
      state.again = setTimeout(() => quietly(state, reconcileSessions(state)), RECONCILE_AGAIN_MS);
    return NOTHING_RECONCILED;
  }
}

async function reconcileNow(state: WatcherState): Promise<Reconciled> {
  const { registry, windows, senses, recovery, now, log } = state;
  const result = await reconcile({
    registry,
    windows,
    follower: senses.follower,
    recovery,
    now,
    log,
  });
  for (const session of registry.live())
    if (session.phase === 'ready') quietly(state, discover(state, session.id));
  for (const { reconciled } of state.listeners) reconciled?.();
  for (const session of registry.live()) senses.subAgents.sync(session);
  await senses.follower.caughtUp();
  for (const session of registry.live()) if (session.card.phase === 'working') senses.idle.check(session.id);
  return result;
}
