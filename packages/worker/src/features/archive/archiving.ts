import type { Windows } from '../../sessions/lifecycle/windows';
import type { Registry } from '../../sessions/registry';

/** Puts live sessions into the archive. */
export interface Archiving {
  /** Archives a session and closes its window. */
  archive(id: string, why: 'done' | 'idle'): Promise<void>;
}

export function createArchiving(
  registry: Registry,
  windows: Pick<Windows, 'closeIfThere'>,
  now: () => number,
): Archiving {
  return {
    async archive(id, why) {
      // First the state: the window's own end must not be reported as a surprise.
      registry.dispatch(id, [{ type: 'archived', at: now(), why }]);
      await windows.closeIfThere(id);
    },
  };
}
