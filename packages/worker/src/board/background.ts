import { finishedCard } from '../cards/answered';
import { contextPercent } from '../cards/beside';
import type { PanelLine } from '../cards/panel';
import type { SharedPanel, SharedSession } from '../cluster/model';
import { isAtWork, isLive, type Session } from '../sessions/model';

/** After this long without any sign, ms, a working agent counts as silent: builds and test runs take minutes. */
export const SILENT_MS = 10 * 60_000;

/** The state of a session on the cards of others. `isWaiting`: it waits for an answer of the user. */
export function stateOf(session: Session, isWaiting: boolean, now: number): PanelLine['state'] {
  const { phase } = session;
  const card = finishedCard(session.card);
  if (isWaiting || phase === 'dialog') return 'needs';
  if (card.phase === 'starting') return 'starting';
  if (isAtWork(session)) return silentSince(session, now) === null ? 'working' : 'silent';
  if (card.outcome === 'failed') return 'failed';
  return card.outcome === 'done' ? 'finished' : 'ready';
}

/** Since when a working session is silent, ms since the epoch; null: it is not silent. */
export function silentSince(session: Session, now: number): number | null {
  if (!isLive(session) || session.phase !== 'ready' || session.card.phase !== 'working') return null;
  if (session.card.answered !== undefined) return null;
  const since = session.activeAt ?? session.card.startedAt ?? session.createdAt;
  return now - since >= SILENT_MS ? since : null;
}

/** What comes first if there is no room for all: what the user has to act on. */
const ORDER: readonly PanelLine['state'][] = [
  'needs',
  'failed',
  'silent',
  'working',
  'starting',
  'finished',
  'ready',
  'away',
];

/**
 * The lines about all sessions but one, the most pressing first, otherwise oldest first. `elsewhere`: the lines about
 * sessions of other machines.
 */
export function panelLines(
  sessions: readonly Session[],
  except: string | undefined,
  isWaiting: (session: Session) => boolean,
  now: number,
  elsewhere: readonly PanelLine[] = [],
): PanelLine[] {
  return sessions
    .filter(({ id }) => id !== except)
    .map((session) => lineOf(session, isWaiting(session), now))
    .concat(elsewhere)
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

function lineOf(session: Session, isWaiting: boolean, now: number): PanelLine {
  const state = stateOf(session, isWaiting, now);
  const { startedAt, figures = {} } = session.card;
  const context = contextPercent(figures);
  const since = state === 'silent' ? silentSince(session, now) : state === 'working' ? startedAt : undefined;
  return {
    name: session.name,
    state,
    ...(since === undefined || since === null ? {} : { forMs: now - since }),
    ...(context === undefined ? {} : { context }),
  };
}

/** What the other machines are told of a session, for their cards. */
export function sharedPanel(session: Session, isWaiting: boolean, now: number): SharedPanel {
  const { startedAt, figures = {} } = session.card;
  const context = contextPercent(figures);
  const state = stateOf(session, isWaiting, now);
  return {
    state,
    ...(state === 'working' && startedAt !== undefined ? { since: startedAt } : {}),
    ...(context === undefined ? {} : { context }),
  };
}

/** The line about a session of another machine. A state of a later version counts as none. */
export function lineElsewhere(
  { name, panel }: Pick<SharedSession, 'name' | 'panel'>,
  isAway: boolean,
  now: number,
): PanelLine {
  if (isAway) return { name, state: 'away' };
  const { since, context } = panel ?? {};
  return {
    name,
    state: ORDER.find((state) => state === panel?.state) ?? 'ready',
    // The clocks of two machines differ.
    ...(since === undefined || since > now ? {} : { forMs: now - since }),
    ...(context === undefined ? {} : { context }),
  };
}

/** Changes when the session's line on the cards of others changes, other than by the time. */
export function panelKey(session: Session, isWaiting: boolean, now: number): string {
  const context = contextPercent(session.card.figures ?? {});
  return `${session.name} ${stateOf(session, isWaiting, now)} ${context ?? ''}`;
}
