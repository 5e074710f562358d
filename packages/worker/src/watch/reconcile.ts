import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { knownProcess } from '@ccbot/shared/processes/known-process';
import type { Lifecycle } from '../sessions/lifecycle/lifecycle';
import { isLive, isUserEnded, plainName, type Session } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import { freeName } from '../sessions/unique-name';
import { PanesError, type Panes, type PaneState } from '../terminal/panes';
import type { Absence } from './absence';
import { reportAgentEnd } from './agent-end';
import type { Follower } from './follower';
import { createRecoveryNotices, type RecoveryNoticeDeps, type RecoveryNotices } from './recovery-notices';
import type { WindowNotes } from './window-notes';

/** What recovering sessions needs besides sessions and windows. */
export interface Recovery {
  notes: WindowNotes;
  lifecycle: Pick<Lifecycle, 'endOrphans'>;
  absence: Absence;
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
  /** Their agents run, but their windows cannot be found. */
  missing: string[];
  /** Recovered from their windows: the database did not know them, or counted them as lost. */
  adopted: string[];
}

/** Nothing was compared. */
export const NOTHING_RECONCILED: Reconciled = { attached: [], ended: [], lost: [], missing: [], adopted: [] };

/** A comparison in progress. */
interface Reconciling extends ReconcileDeps {
  panes: ReadonlyMap<string, PaneState>;
  startedAt: number;
  notices: RecoveryNotices;
  result: Reconciled;
}

/**
 * Compares every live session with the terminal. If its window is there, the session continues and nothing is repeated;
 * if its agent has ended, that is reported with its last output; if its window is gone, the session is lost once its agent
 * is gone too. A window whose session the database does not know is recovered from its note.
 */
export async function reconcile(deps: ReconcileDeps): Promise<Reconciled> {
  const { registry, windows, recovery, now } = deps;
  const state: Reconciling = {
    ...deps,
    panes: new Map((await windows.list()).map((pane) => [pane.session, pane])),
    startedAt: now(),
    notices: createRecoveryNotices(recovery.notices),
    result: { attached: [], ended: [], lost: [], missing: [], adopted: [] },
  };
  await finishClosing(state);
  for (const pane of state.panes.values()) recoverFromWindow(state, pane);
  const absent: Session[] = [];
  for (const session of registry.live()) if (!(await reattach(state, session))) absent.push(session);
  const haveEnded = await Promise.all(absent.map((session) => recovery.absence.hasEnded(session)));
  absent.forEach(({ id }, i) => settleAbsent(state, id, haveEnded[i] === true));
  state.notices.send(state.startedAt);
  return state.result;
}

/** A `kill -9` while a session ended leaves its window, or an agent that outlived the window: both are ended now. */
async function finishClosing({ registry, windows, recovery, panes, log }: Reconciling): Promise<void> {
  for (const [id, pane] of panes) {
    const session = registry.get(id);
    if (session === undefined || isLive(session) || !recovery.notes.isOurs(pane)) continue;
    // What the user did not end continues; an adopted window is only released.
    if (!isUserEnded(session) && !pane.dead && session.adopted !== true) continue;
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
  if (known !== undefined && (isLive(known) || isUserEnded(known) || known.adopted === true || pane.dead))
    return;
  const session = recovery.notes.isOurs(pane) ? (known ?? recovery.notes.sessionOf(pane)) : null;
  if (session === null) return;
  if (known === undefined) registry.add(session);
  else
    registry.dispatch(known.id, [
      { type: 'restored', at: startedAt, name: freeName(registry, plainName(known)) },
    ]);
  result.adopted.push(session.id);
  notices.found(session);
}

/** False: it has no window any more. */
async function reattach(state: Reconciling, session: Session): Promise<boolean> {
  const { registry, follower, result, panes } = state;
  const pane = await ownPane(state, session, panes.get(session.id));
  // Its message is still in the inbox, and opens the window when it is handled again.
  if (session.phase === 'opening' && pane === undefined) return true;
  if (session.binding !== undefined) follower.follow(session, session.binding.at);
  if (pane === undefined) return false;
  if (pane.dead) {
    await reportAgentEnd(
      { ...state, hasEnded: (each) => state.recovery.absence.hasEnded(each) },
      session.id,
      pane,
    );
    (isLive(registry.get(session.id) ?? session) ? result.missing : result.ended).push(session.id);
  } else {
    attach(state, session, pane);
    result.attached.push(session.id);
  }
  return true;
}

/** The pane, unless somebody started another program in it, perhaps a shell: then it is theirs. */
async function ownPane(
  { windows, log }: Reconciling,
  { id, program, adopted }: Session,
  pane: PaneState | undefined,
): Promise<PaneState | undefined> {
  if (pane === undefined || program === undefined || adopted === true || pane.pid === program.pid)
    return pane;
  log('warn', 'program of a pane replaced', { session: id, pane: pane.pane, pid: pane.pid });
  await windows.strays?.untie(id);
  return undefined;
}

/** A session without a window. Others may have taken longer to end, so it may have been ended or restored meanwhile. */
function settleAbsent(
  { registry, notices, result, startedAt }: Reconciling,
  id: string,
  hasEnded: boolean,
): void {
  const session = registry.get(id);
  if (session === undefined || !isLive(session)) return;
  if (session.missing !== undefined) result.missing.push(id);
  if (!hasEnded) return;
  registry.dispatch(id, [{ type: 'lost', at: startedAt }]);
  result.lost.push(id);
  notices.lost(session);
}

function attach({ registry, now }: Reconciling, session: Session, pane: PaneState): void {
  // The shell of an adopted window is not its agent.
  const isKnown = session.program !== undefined || session.adopted === true;
  const hasScreen = (session.screenIn?.length ?? 0) > 0;
  registry.dispatch(session.id, [
    { type: 'opened', at: now(), ...(isKnown ? {} : { program: knownProcess(pane.pid) }) },
    // The screen was asked for, but perhaps not drawn before ccbot was killed; a drawn one is updated.
    ...(hasScreen ? [{ type: 'screen.asked', at: now(), isNew: false } as const] : []),
  ]);
}
