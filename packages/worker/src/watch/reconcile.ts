import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Lifecycle } from '../sessions/lifecycle/lifecycle';
import { isLive, type Session } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import { freeName } from '../sessions/unique-name';
import { PanesError, type Panes, type PaneState } from '../terminal/panes';
import { reportAgentEnd } from './agent-end';
import type { Follower } from './follower';
import { createRecoveryNotices, type RecoveryNoticeDeps, type RecoveryNotices } from './recovery-notices';
import type { WindowNotes } from './window-notes';

/** What recovering sessions needs besides sessions and windows. */
export interface Recovery {
  notes: WindowNotes;
  lifecycle: Pick<Lifecycle, 'endOrphans'>;
  /** For the notices about found and lost sessions. */
  notices: RecoveryNoticeDeps;
}

export interface ReconcileDeps {
  registry: Registry;
  windows: Panes;
  follower: Pick<Follower, 'follow'>;
  recovery: Recovery;
  now(): number;
  log: LogFn;
}

/** What was found when the sessions on disk were compared with the windows. */
export interface Reconciled {
  attached: string[];
  ended: string[];
  lost: string[];
  /** Recovered from their windows: the database did not know them, or counted them as lost. */
  adopted: string[];
}

/** A comparison in progress. */
interface Reconciling extends ReconcileDeps {
  panes: ReadonlyMap<string, PaneState>;
  startedAt: number;
  notices: RecoveryNotices;
  result: Reconciled;
}

/**
 * Compares every live session with the terminal. If its window is there, the session continues and nothing is repeated;
 * if its agent has ended, that is reported with its last output; if its window is gone, the session is lost. A window
 * whose session the database does not know is recovered from its note.
 */
export async function reconcile(deps: ReconcileDeps): Promise<Reconciled> {
  const { registry, windows, recovery, now } = deps;
  const state: Reconciling = {
    ...deps,
    panes: new Map((await windows.list()).map((pane) => [pane.session, pane])),
    startedAt: now(),
    notices: createRecoveryNotices(recovery.notices),
    result: { attached: [], ended: [], lost: [], adopted: [] },
  };
  await finishClosing(state);
  for (const pane of state.panes.values()) recoverFromWindow(state, pane);
  for (const session of registry.live()) await reattach(state, session);
  state.notices.send(state.startedAt);
  return state.result;
}

/** A `kill -9` while a session ended leaves its window, or an agent that outlived the window: both are ended now. */
async function finishClosing({ registry, windows, recovery, panes, log }: Reconciling): Promise<void> {
  for (const [id, { dead }] of panes) {
    const session = registry.get(id);
    if (session === undefined || isLive(session) || (session.phase === 'lost' && !dead)) continue;
    try {
      await windows.close(id);
    } catch (error) {
      if (!(error instanceof PanesError)) throw error; // gone by itself
    }
  }
  for (const session of registry.all())
    if (!isLive(session) && session.leftover === true) endOrphans(recovery.lifecycle, log, session);
}

/** May take some seconds, so it is not awaited. */
function endOrphans(lifecycle: Pick<Lifecycle, 'endOrphans'>, log: LogFn, session: Session): void {
  lifecycle
    .endOrphans(session)
    .catch((error: unknown) =>
      log('info', 'orphaned agent not ended', { session: session.id, reason: reasonOf(error) }),
    );
}

/** A window may be unknown because it was opened when its terminal's answer, or the database, was lost. */
function recoverFromWindow(state: Reconciling, pane: PaneState): void {
  const { registry, recovery, notices, result, startedAt } = state;
  const known = registry.get(pane.session);
  if (known !== undefined && (known.phase !== 'lost' || pane.dead)) return;
  const session = known ?? recovery.notes.sessionOf(pane);
  if (session === null) return;
  if (known === undefined) registry.add(session);
  else
    registry.dispatch(known.id, [{ type: 'restored', at: startedAt, name: freeName(registry, known.name) }]);
  result.adopted.push(session.id);
  notices.found(session);
}

async function reattach(state: Reconciling, session: Session): Promise<void> {
  const { registry, follower, notices, result, panes, startedAt } = state;
  const pane = panes.get(session.id);
  // Its message is still in the inbox, and opens the window when it is handled again.
  if (session.phase === 'opening' && pane === undefined) return;
  if (session.binding !== undefined) follower.follow(session, session.binding.at);
  if (pane === undefined) {
    registry.dispatch(session.id, [{ type: 'lost', at: startedAt }]);
    result.lost.push(session.id);
    notices.lost(session);
  } else if (pane.dead) {
    await reportAgentEnd(state, session.id, pane);
    result.ended.push(session.id);
  } else {
    attach(state, session);
    result.attached.push(session.id);
  }
}

function attach({ registry, now }: Reconciling, session: Session): void {
  const hasScreen = (session.screenIn?.length ?? 0) > 0;
  registry.dispatch(session.id, [
    { type: 'opened', at: now() },
    // The screen was asked for, but perhaps not drawn before ccbot was killed; a drawn one is updated.
    ...(hasScreen ? [{ type: 'screen.asked', at: now(), isNew: false } as const] : []),
  ]);
}
