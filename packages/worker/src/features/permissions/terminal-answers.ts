import type { LiveSession } from '../../agents/agent';
import type { AgentRequest } from './model';

/**
 * How long an agent has to say without a break that it waits for nobody, ms, before its dialog is taken for answered:
 * between two dialogs it works for a moment (measured: some 0.1 s).
 */
const CONFIRM_MS = 400;

/** What watching the desk needs. */
export interface TerminalAnswersDeps {
  /** The open requests of a session whose hook is on the line. */
  waiting(session: string): readonly AgentRequest[];
  /** What the agent itself says of the session, or null. */
  ask(session: string): Promise<LiveSession | null>;
  /** A request was answered at the terminal. */
  onAnswered(ask: AgentRequest): void;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Notices that a dialog was answered at the terminal: the agent does not tell its waiting hook. */
export interface TerminalAnswers {
  /** Something changed on the session's screen. */
  check(session: string): void;
  stop(): void;
}

/**
 * Makes the watch; it asks nothing by itself. A background sub-agent's dialog is not on the terminal while its hook
 * waits, so nothing there can answer it.
 */
export function createTerminalAnswers(deps: TerminalAnswersDeps): TerminalAnswers {
  /** Sessions being asked about; with a timer while the second question is waited for. */
  const asking = new Map<string, NodeJS.Timeout | null>();
  let stopped = false;

  /** Those that the agent waits for no longer, by its own word, and since when. */
  async function answered(session: string): Promise<{ asks: AgentRequest[]; since: number }> {
    const live = await deps.ask(session);
    const since = live?.statusAt;
    if (live?.status === undefined || live.status === 'waiting' || since === undefined)
      return { asks: [], since: 0 };
    // What it did before the request was made says nothing.
    const asks = deps.waiting(session).filter((ask) => ask.asked.subAgent === undefined && since > ask.at);
    return { asks, since };
  }

  async function confirm(session: string, since: number): Promise<void> {
    const now = await answered(session);
    asking.delete(session);
    if (stopped || now.since !== since) return;
    for (const ask of now.asks) deps.onAnswered(ask);
  }

  async function look(session: string): Promise<void> {
    const { asks, since } = await answered(session);
    if (stopped || asks.length === 0) {
      asking.delete(session);
      return;
    }
    const timer = setTimeout(() => {
      confirm(session, since).catch((error: unknown) => failed(session, error));
    }, CONFIRM_MS);
    asking.set(session, timer);
  }

  function failed(session: string, error: unknown): void {
    asking.delete(session);
    deps.log('info', 'an agent could not be asked whether it waits', { session, error: String(error) });
  }

  return {
    check(session) {
      if (stopped || asking.has(session) || deps.waiting(session).length === 0) return;
      asking.set(session, null);
      look(session).catch((error: unknown) => failed(session, error));
    },
    stop() {
      stopped = true;
      for (const timer of asking.values()) clearTimeout(timer ?? undefined);
      asking.clear();
    },
  };
}
