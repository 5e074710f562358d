import type { Session } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import { PanesError, type Panes, type PaneState } from '../terminal/panes';

/** How many of the last lines of a dead agent's screen are reported. */
const LAST_LINES = 15;

/** What tmux itself writes under a program that ended; ccbot reports the exit code in its own words. */
const TMUX_OBITUARY = /^Pane is dead \(/;

export interface AgentEndDeps {
  registry: Pick<Registry, 'get' | 'dispatch'>;
  windows: Pick<Panes, 'screen' | 'close'>;
  /** False: processes of the session's agent still run. */
  hasEnded(session: Session): Promise<boolean>;
  now(): number;
}

/**
 * The program of a window ended: closes the window, and reports the end with the last lines of the screen, unless the
 * program was only what had started the agent.
 */
export async function reportAgentEnd(
  { registry, windows, hasEnded, now }: AgentEndDeps,
  id: string,
  { exitStatus }: Pick<PaneState, 'exitStatus'>,
): Promise<void> {
  const screen = await lastLines(windows, id);
  const session = registry.get(id);
  if (session === undefined || (await hasEnded(session)))
    registry.dispatch(id, [{ type: 'died', at: now(), exitStatus, screen }]);
  try {
    await windows.close(id);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error; // gone already
  }
}

async function lastLines(windows: Pick<Panes, 'screen'>, id: string): Promise<string[]> {
  let screen: string[] = [];
  try {
    screen = await windows.screen(id);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error; // the window went before its screen could be read
  }
  return screen
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !TMUX_OBITUARY.test(line))
    .slice(-LAST_LINES);
}
