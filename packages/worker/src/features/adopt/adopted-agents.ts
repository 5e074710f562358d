import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Windows } from '../../sessions/lifecycle/windows';
import { isLive } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { PanesError } from '../../terminal/panes';

/** Time between two looks at the agents of adopted windows, ms: no event reports the end of a process we did not start. */
const LOOK_MS = 2_000;

/** An agent that is not found at this many looks in a row is gone; its own file may be half-written at one. */
const MISSES = 2;

/** Dependencies of the watch over adopted agents. */
export interface AdoptedAgentsDeps {
  registry: Pick<Registry, 'get' | 'live' | 'dispatch'>;
  windows: Windows;
  now(): number;
  log: LogFn;
}

interface AdoptedAgentsState extends AdoptedAgentsDeps {
  /** Looks in a row that did not find the agent, by session. */
  misses: Map<string, number>;
  isLooking: boolean;
}

/** Polls whether the agents of adopted windows still run, and unties a window whose agent has ended. */
export function watchAdoptedAgents(deps: AdoptedAgentsDeps): { start(): void; stop(): void } {
  const state: AdoptedAgentsState = { ...deps, misses: new Map(), isLooking: false };
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      timer = setInterval(() => tick(state), LOOK_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

function tick(state: AdoptedAgentsState): void {
  if (state.isLooking) return;
  state.isLooking = true;
  look(state)
    .catch((error: unknown) => {
      if (!(error instanceof PanesError))
        state.log('error', 'adopted windows not looked at', { reason: reasonOf(error) });
    })
    .finally(() => (state.isLooking = false));
}

async function look(state: AdoptedAgentsState): Promise<void> {
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
