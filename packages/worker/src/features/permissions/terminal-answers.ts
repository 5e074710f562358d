import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Windows } from '../../sessions/lifecycle/windows';
import type { Registry } from '../../sessions/registry';
import type { AgentRequest } from './model';
import type { RequestService } from './service';

/**
 * How long an agent must report without a break that it does not wait, ms, before its dialog counts as answered:
 * between two dialogs it works for a moment (measured: about 0.1 s).
 */
const CONFIRM_MS = 400;

export interface TerminalAnswersDeps {
  service: Pick<RequestService, 'openOf' | 'close'>;
  registry: Pick<Registry, 'get'>;
  windows: Pick<Windows, 'discover'>;
  log: LogFn;
}

/** Notices that a dialog was answered at the terminal: the agent does not tell its waiting hook. */
export interface TerminalAnswers {
  /** The session's screen has changed. */
  check(session: string): void;
  stop(): void;
}

interface TerminalAnswersState extends TerminalAnswersDeps {
  /** Sessions being checked, each with the timer of its second check once that is set. */
  readonly checks: Map<string, NodeJS.Timeout | null>;
  stopped: boolean;
}

export function createTerminalAnswers(deps: TerminalAnswersDeps): TerminalAnswers {
  const state: TerminalAnswersState = { ...deps, checks: new Map(), stopped: false };
  return {
    check: (session) => check(state, session),
    stop() {
      state.stopped = true;
      for (const timer of state.checks.values()) clearTimeout(timer ?? undefined);
      state.checks.clear();
    },
  };
}

function check(state: TerminalAnswersState, session: string): void {
  const { checks, stopped } = state;
  if (stopped || checks.has(session) || waitingIn(state, session).length === 0) return;
  checks.set(session, null);
  checkOnce(state, session).catch((error: unknown) => fail(state, session, error));
}

async function checkOnce(state: TerminalAnswersState, session: string): Promise<void> {
  const { checks } = state;
  const { requests, since } = await answeredRequests(state, session);
  if (state.stopped || requests.length === 0) {
    checks.delete(session);
    return;
  }
  const timer = setTimeout(() => {
    confirm(state, session, since).catch((error: unknown) => fail(state, session, error));
  }, CONFIRM_MS);
  checks.set(session, timer);
}

async function confirm(state: TerminalAnswersState, session: string, since: number): Promise<void> {
  const now = await answeredRequests(state, session);
  state.checks.delete(session);
  if (state.stopped || now.since !== since) return;
  state.service.close(now.requests, 'elsewhere');
}

/** The requests that the agent no longer waits for, by its own report, and since when. */
async function answeredRequests(
  state: TerminalAnswersState,
  id: string,
): Promise<{ requests: AgentRequest[]; since: number }> {
  const session = state.registry.get(id);
  const live = session === undefined ? null : await state.windows.discover(session);
  const since = live?.statusAt;
  if (live?.status === undefined || live.status === 'waiting' || since === undefined)
    return { requests: [], since: 0 };
  // A background sub-agent's dialog is not on the terminal while its hook waits, so nothing there can answer it. What the
  // agent did before the request arrived says nothing. The agent records the end of its questions at once, and whether
  // somebody answered.
  const requests = waitingIn(state, id).filter(
    ({ asked, at }) => asked.subAgent === undefined && asked.what.kind !== 'questions' && since > at,
  );
  return { requests, since };
}

/** The open requests whose hook is connected. */
function waitingIn({ service }: TerminalAnswersState, session: string): AgentRequest[] {
  return service.openOf(session).filter(({ phase, attached }) => phase === 'open' && attached);
}

function fail({ checks, log }: TerminalAnswersState, session: string, error: unknown): void {
  checks.delete(session);
  log('info', 'agent status unknown', { session, reason: reasonOf(error) });
}
