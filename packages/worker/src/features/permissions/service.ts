import { reasonOf } from '@ccbot/shared/faults/fault';
import type { HookConnection } from './hook-connection';
import { copyIn, isWriting, type AgentRequest, type OverHow, type RequestInput } from './model';
import { createOrphanedReplies } from './orphaned-replies';
import { runInputs, setTimer, show, track, updateWaiting, type SayReply } from './run-inputs';
import { getRequest, openOf, type RequestServiceDeps, type ServiceState } from './service-state';

/** Every request of the agents, on disk and waiting. Methods that change a request throw what the store throws. */
export interface RequestService {
  /** Adds a request that a hook makes for the first time. */
  add(request: AgentRequest, hook: HookConnection): void;
  /** A hook that waited before is connected again. */
  attach(request: AgentRequest, hook: HookConnection): void;
  /** A hook's connection is closed. */
  detach(id: number, hook: HookConnection): void;
  /** Runs an input through the machine. */
  input(id: number, input: RequestInput, say?: SayReply): void;
  /** Closes requests that were answered without us, or whose agent ended. */
  close(requests: readonly AgentRequest[], how: OverHow): void;
  /** Allows what waits in a session: the chat `by` has just turned on a rule. */
  allowByRule(session: string, by: number): void;
  get(id: number): AgentRequest | undefined;
  /** By the uuid of the hook. */
  byRequest(request: string): AgentRequest | undefined;
  /** Those that are not closed, oldest first. */
  open(): readonly AgentRequest[];
  openOf(session: string): readonly AgentRequest[];
  /** The request that a chat's next message is the text for, even if somebody else answered it meanwhile. */
  writing(chatId: number): number | undefined;
  /** That message has arrived, after somebody else had answered. */
  written(chatId: number): void;
  /** A chat watches the session from now on, and gets its requests. */
  joined(session: string, chatId: number): void;
  /** Loads what was open when ccbot ended. */
  start(): void;
  stop(): void;
}

/** A closed request is deleted after this time, ms. Its message stays in the chat, without buttons. */
const STORED_MS = 7 * 24 * 3_600_000;

export function createRequestService(deps: RequestServiceDeps): RequestService {
  const state: ServiceState = {
    ...deps,
    open: new Map(),
    hooks: new Map(),
    orphanedReplies: createOrphanedReplies(),
    timer: undefined,
    stopped: false,
  };
  return {
    add: (request, hook) => addRequest(state, request, hook),
    attach: (request, hook) => attachHook(state, request, hook),
    detach: (id, hook) => detachHook(state, id, hook),
    input: (id, input, say) => runInput(state, id, input, say),
    close(requests, how) {
      for (const { id } of requests) runInput(state, id, { type: 'over', at: deps.clock.now(), how });
    },
    allowByRule(session, by) {
      const at = deps.clock.now();
      for (const { id } of openOf(state, session)) runInput(state, id, { type: 'allowed-by-rule', at, by });
    },
    get: (id) => getRequest(state, id),
    byRequest(request) {
      const found = deps.store.byRequest(request);
      return found === undefined ? undefined : getRequest(state, found.id);
    },
    open: () => [...state.open.values()],
    openOf: (session) => openOf(state, session),
    writing: (chatId) => requestBeingWritten(state, chatId),
    written: (chatId) => state.orphanedReplies.arrived(chatId),
    joined(session, chatId) {
      const at = deps.clock.now();
      for (const request of openOf(state, session))
        runInputs(state, request, [{ type: 'joined', at, by: chatId }]);
    },
    start: () => loadRequests(state),
    stop() {
      state.stopped = true;
      clearTimeout(state.timer);
    },
  };
}

function runInput(state: ServiceState, id: number, input: RequestInput, say?: SayReply): void {
  const request = getRequest(state, id);
  if (request !== undefined) runInputs(state, request, [input], say);
}

function addRequest(state: ServiceState, fresh: AgentRequest, hook: HookConnection): void {
  const { store, hooks, clock } = state;
  store.tx(() => {
    const request = store.add(fresh);
    show(state, request, [{ do: 'show' }]);
    store.afterCommit(() => {
      track(state, request);
      updateWaiting(state, request.session);
      hooks.set(request.id, hook);
      if (request.unseen === true) runInputs(state, request, [{ type: 'allowed-by-rule', at: clock.now() }]);
      setTimer(state);
    });
  });
}

function attachHook(state: ServiceState, request: AgentRequest, hook: HookConnection): void {
  state.hooks.set(request.id, hook);
  const current = getRequest(state, request.id) ?? request;
  const { clock } = state;
  runInputs(state, current, [{ type: 'attached', at: clock.now(), nonce: clock.newNonce() }]);
}

function detachHook(state: ServiceState, id: number, hook: HookConnection): void {
  const { hooks, clock, log } = state;
  if (state.stopped || hooks.get(id) !== hook) return;
  hooks.delete(id);
  const request = getRequest(state, id);
  if (request === undefined) return;
  const at = clock.now();
  try {
    runInputs(state, request, [{ type: 'detached', at }]);
  } catch (error) {
    log('warn', 'request not closed yet', { request: id, reason: reasonOf(error) });
    // A full disk. The timer closes it when there is room.
    track(state, { ...request, attached: false, detachedAt: at });
    setTimer(state);
  }
}

/** The request that the chat was asked a text for last. */
function requestBeingWritten(state: ServiceState, chatId: number): number | undefined {
  const at = state.clock.now();
  let latest: { id: number; at: number } | undefined;
  for (const request of state.open.values()) {
    const copy = copyIn(request, chatId);
    if (copy?.writing === undefined || !isWriting(request, copy, at)) continue;
    if (latest === undefined || copy.writing.at > latest.at) latest = { id: request.id, at: copy.writing.at };
  }
  return latest?.id ?? state.orphanedReplies.of(chatId, at);
}

function loadRequests(state: ServiceState): void {
  const { store, open, sessions, people, clock } = state;
  const at = clock.now();
  store.prune(at - STORED_MS);
  for (const request of store.open()) {
    open.set(request.id, request);
    updateWaiting(state, request.session);
    runInputs(state, request, [
      { type: 'restored', at, nonce: clock.newNonce() },
      {
        type: 'users-changed',
        at,
        chats: people.chats,
        instead: sessions.responders(request.session),
      },
    ]);
  }
  setTimer(state);
}
