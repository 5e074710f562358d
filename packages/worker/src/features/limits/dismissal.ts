import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { pause } from '@ccbot/shared/pause';
import type { AgentCatalog } from '../../agents/catalog';
import type { Windows } from '../../sessions/lifecycle/windows';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { PanesError } from '../../terminal/panes';
import type { ScreenReader } from '../../watch/screen-reader';

/** An agent's limit dialog appears after a moment, later on a busy machine; how long we look for it, and how often, ms. */
export const LOOKING_MS = 6_000;
export const LOOK_EVERY_MS = 600;

/** A limit that was reached this long before a worker started may have its dialog still on the screen, ms. */
export const RECENT_MS = 60_000;

export interface DismissalDeps {
  registry: Pick<Registry, 'live'>;
  windows: Pick<Windows, 'type'>;
  agents: Pick<AgentCatalog, 'of'>;
  screenReader: Pick<ScreenReader, 'read'>;
  now(): number;
  log: LogFn;
}

/**
 * Closes the dialog that an agent shows at its terminal when it runs into a limit: the user is asked in the chat, and what
 * is typed at the reset must not land in the dialog. Closing it decides nothing.
 */
export interface Dismissal {
  /** The session ran into a limit just now. */
  dismiss(session: Session): void;
  /** Goes on where an earlier worker may have ended too soon. */
  start(): void;
  stop(): void;
}

export function createDismissal(deps: DismissalDeps): Dismissal {
  const stopping = new AbortController();
  const dismiss = ({ id }: Session): void => {
    look(deps, id, stopping.signal).catch((error: unknown) =>
      deps.log('error', 'limit dialog not dismissed', { session: id, reason: reasonOf(error) }),
    );
  };
  return {
    dismiss,
    start() {
      const isRecent = ({ limited }: Session): boolean =>
        limited !== undefined && !limited.over && limited.at > deps.now() - RECENT_MS;
      for (const session of deps.registry.live().filter(isRecent)) dismiss(session);
    },
    stop: () => stopping.abort(),
  };
}

/** Looks to the end also when it closed one: the dialog may not take keys yet. */
async function look(deps: DismissalDeps, id: string, stopping: AbortSignal): Promise<void> {
  const { windows, agents, screenReader } = deps;
  for (let looked = 0; looked < LOOKING_MS; looked += LOOK_EVERY_MS) {
    await pause(LOOK_EVERY_MS, stopping);
    if (stopping.aborted) return;
    const { session } = await screenReader.read(id);
    if (session === undefined || !isLive(session) || session.limited === undefined) return;
    if (session.phase !== 'dialog') continue; // not there yet, or gone
    try {
      await windows.type(id, agents.of(session).interrupt());
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      return; // the window is gone; its own event reports that
    }
  }
}
