import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { tickTogether, type Ticking } from '@ccbot/shared/together';
import type { Windows } from '../../sessions/lifecycle/windows';
import { isLive } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { PanesError } from '../../terminal/panes';

/** How often the agents of adopted windows are checked, ms: no event reports the end of a process we did not start. */
const CHECK_MS = 2_000;

/** An agent that this many checks in a row do not find is gone; a single check may read its file half-written. */
const MISSES = 2;

export interface AdoptedAgentsDeps {
  registry: Pick<Registry, 'get' | 'live' | 'dispatch'>;
  windows: Windows;
  now(): number;
  log: LogFn;
}

interface AdoptedAgentsState extends AdoptedAgentsDeps {
  /** Checks in a row that did not find the agent, by session. */
  misses: Map<string, number>;
  isChecking: boolean;
}

/** Polls whether the agents of adopted windows still run, and unties a window whose agent has ended. */
export function watchAdoptedAgents(deps: AdoptedAgentsDeps): { start(): void; stop(): void } {
  const state: AdoptedAgentsState = { ...deps, misses: new Map(), isChecking: false };
  let ticking: Ticking | undefined;
  return {
    start() {
      ticking = tickTogether(CHECK_MS, () => tick(state));
    },
    stop: () => ticking?.stop(),
  };
}

function tick(state: AdoptedAgentsState): void {
  if (state.isChecking) return;
  state.isChecking = true;
  check(state)
    .catch((error: unknown) => {
      if (!(error instanceof PanesError))
        state.log('error', 'adopted windows not checked', { reason: reasonOf(error) });
    })
    .finally(() => (state.isChecking = false));
}

async function check(state: AdoptedAgentsState): Promise<void> {
  const { registry, windows, misses, now } = state;
  for (const session of registry.live().filter((live) => windows.isAdopted(live))) {
    if (session.phase === 'opening') continue;
    if (await windows.hasAgent(session)) {
      misses.delete(session.id);
      continue;
    }
    const missed = (misses.get(session.id) ?? 0) + 1;
    misses.set(session.id, missed);
    const current = registry.get(session.id);
    if (missed < MISSES || current === undefined || !isLive(current)) continue;
    misses.delete(session.id);
    // First the state: untying must not be reported as a surprise.
    registry.dispatch(session.id, [{ type: 'left', at: now() }]);
    await windows.strays?.untie(session.id);
  }
}
