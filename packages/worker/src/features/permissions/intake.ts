import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { RequestContent } from '../../agents/model';
import type { Session } from '../../sessions/model';
import {
  answerHook,
  holdHook,
  parseRequestLine,
  parseTakenLine,
  type HookConnection,
  type RequestLine,
} from './hook-connection';
import type { Inspected } from './inspect';
import { newCopy, type AgentRequest } from './model';
import { noAnswers } from './questions';
import type { RequestingSessions } from './requesting-sessions';
import { allows } from './rules';
import type { RequestService } from './service';

export interface RequestIntakeDeps {
  service: RequestService;
  sessions: RequestingSessions;
  /** What a request needs besides what the agent sent. `cwd` is the session's directory. */
  inspect(content: RequestContent, cwd: string): Promise<Inspected>;
  now(): number;
  /** A random value for the buttons of one request. */
  newNonce(): string;
  log: LogFn;
}

/** Takes what hooks send to the worker's socket, by kind. False: not understood. */
export interface RequestIntake {
  request(raw: unknown, hook: HookConnection): boolean;
  taken(raw: unknown): boolean;
}

interface IntakeState extends RequestIntakeDeps {
  /** Requests that are being inspected, by the uuid of the hook. */
  readonly arriving: Set<string>;
}

/**
 * Takes the agents' requests. If ccbot does not know the session, or the payload asks for nothing, the hook is released
 * immediately: it prints nothing, and only the agent's own dialog remains.
 */
export function createRequestIntake(deps: RequestIntakeDeps): RequestIntake {
  const state: IntakeState = { ...deps, arriving: new Set() };
  return {
    request(raw, hook) {
      const line = parseRequestLine(raw);
      if (line === null) return false;
      takeRequest(state, line, hook);
      return true;
    },
    taken(raw) {
      const uuid = parseTakenLine(raw);
      if (uuid === null) return false;
      const request = deps.service.byRequest(uuid);
      if (request !== undefined) deps.service.input(request.id, { type: 'taken', at: deps.now() });
      return true;
    },
  };
}

function takeRequest(state: IntakeState, line: RequestLine, hook: HookConnection): void {
  const { service, sessions, arriving } = state;
  const session = sessions.ofHook(line.ccbotSession, line.payload.session_id);
  const content = session === undefined ? null : (sessions.portOf(session.id)?.read(line.payload) ?? null);
  const known = service.byRequest(line.request);
  if (known !== undefined) {
    if (content !== null && !asksTheSame(known, content)) return release(hook);
    holdHook(hook);
    service.attach(known, hook);
    hook.onGone(() => service.detach(known.id, hook));
    return;
  }
  if (session === undefined || content === null || arriving.has(line.request)) return release(hook);
  addInspected(state, line, hook, session, content);
}

/**
 * Whether a hook that is back asks for what was shown. The answer to a request must not let anything else run. A closed
 * request has no input any more, and no answer to give.
 */
function asksTheSame({ phase, outcome, asked }: AgentRequest, content: RequestContent): boolean {
  if (phase === 'closed' && outcome !== 'gone') return true;
  const inputOf = ({ what, raw }: RequestContent): string =>
    JSON.stringify(
      what.kind === 'permission' && what.subject.type === 'tool' ? what.subject.input : raw.input,
    );
  return asked.tool === content.tool && inputOf(asked) === inputOf(content);
}

/** Adds the request when it is inspected, if the hook still waits then. */
function addInspected(
  state: IntakeState,
  line: RequestLine,
  hook: HookConnection,
  session: Session,
  content: RequestContent,
): void {
  const { service, arriving, log } = state;
  let isGone = false;
  hook.onGone(() => (isGone = true));
  holdHook(hook);
  arriving.add(line.request);
  state
    .inspect(content, session.cwd)
    .then((inspected) => {
      if (isGone) return;
      const fresh = freshRequest(state, line, session, content, inspected);
      service.add(fresh, hook);
      const { id } = service.byRequest(line.request) ?? fresh;
      hook.onGone(() => service.detach(id, hook));
    })
    .catch((error: unknown) => {
      // A full disk: only the dialog at the terminal remains.
      log('warn', 'request not taken', { session: session.id, reason: reasonOf(error) });
      release(hook);
    })
    .finally(() => arriving.delete(line.request));
}

function freshRequest(
  { sessions, now, newNonce }: IntakeState,
  line: RequestLine,
  session: Session,
  content: RequestContent,
  inspected: Inspected,
): AgentRequest {
  const at = now();
  const request: AgentRequest = {
    id: 0,
    nonce: newNonce(),
    request: line.request,
    session: session.id,
    copies: sessions.responders(session.id).map(newCopy),
    name: session.name,
    at: line.at,
    asked: content,
    ...inspected,
    phase: 'open',
    attached: true,
    touchedAt: at,
    reminded: false,
  };
  if (content.what.kind === 'questions') request.answers = noAnswers(content.what.questions);
  if (content.what.kind === 'permission' && allows(sessions.get(session.id), at)) request.unseen = true;
  return request;
}

function release(hook: HookConnection): void {
  answerHook(hook, '');
  hook.end();
}
