import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { AutoAllow, Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';

/** Whether a rule allows the session everything at this time, ms since the epoch. */
export function allows(session: Session | undefined, at: number): boolean {
  const until = session?.allowing?.until;
  return until === 'done' || (until !== undefined && at < until);
}

export interface RulesDeps {
  registry: Pick<Registry, 'get' | 'live' | 'dispatch'>;
  now(): number;
  log: LogFn;
}

/** Rules that allow a session everything for a while. Off until a user turns one on; every change is logged. */
export interface Rules {
  isOn(session: string): boolean;
  /** For some minutes, or until the turn ends. Throws what the store throws. */
  turnOn(session: string, until: { minutes: number } | 'done', chatId: number): void;
  turnOff(session: string, chatId: number): void;
  /** Ends rules whose time has passed, now and whenever it passes. */
  watch(): void;
  stop(): void;
}

interface RulesState extends RulesDeps {
  timer: NodeJS.Timeout | undefined;
}

export function createRules(deps: RulesDeps): Rules {
  const state: RulesState = { ...deps, timer: undefined };
  return {
    isOn: (session) => allows(deps.registry.get(session), deps.now()),
    turnOn(session, until, chatId) {
      change(
        state,
        session,
        { until: until === 'done' ? until : deps.now() + until.minutes * 60_000 },
        chatId,
      );
    },
    turnOff: (session, chatId) => change(state, session, null, chatId),
    watch: () => endPassed(state),
    stop: () => clearTimeout(state.timer),
  };
}

function change(state: RulesState, session: string, rule: AutoAllow | null, chatId: number): void {
  const { registry, now, log } = state;
  registry.dispatch(session, [{ type: 'allowing', at: now(), allowing: rule }]);
  log('info', 'rule changed', { session, chatId, rule: rule?.until ?? 'off' });
  endPassed(state);
}

function endPassed(state: RulesState): void {
  clearTimeout(state.timer);
  state.timer = undefined;
  const at = state.now();
  let next = Infinity;
  for (const session of state.registry.live()) {
    const until = session.allowing?.until;
    if (typeof until !== 'number') continue;
    if (until <= at) end(state, session.id);
    else next = Math.min(next, until);
  }
  if (next !== Infinity) state.timer = setTimeout(() => endPassed(state), next - at);
}

function end({ registry, now, log }: RulesState, session: string): void {
  try {
    registry.dispatch(session, [{ type: 'allowing', at: now(), allowing: null }]);
    log('info', 'rule ended', { session });
  } catch (error) {
    // A full disk. The rule has no effect anyway: each request compares its time.
    log('warn', 'end of rule not saved', { session, reason: reasonOf(error) });
  }
}
