import { finishedCard } from '../cards/answered';
import { contextPercent } from '../cards/beside';
import type { PanelLine } from '../cards/panel';
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
];

/** The lines about all sessions but one, the most pressing first, otherwise oldest first. */
export function panelLines(
  sessions: readonly Session[],
  except: string | undefined,
  isWaiting: (session: Session) => boolean,
  now: number,
): PanelLine[] {
  return sessions
    .filter(({ id }) => id !== except)
    .map((session) => lineOf(session, isWaiting(session), now))
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

/** Changes when the session's line on the cards of others changes, other than by the time. */
export function panelKey(session: Session, isWaiting: boolean, now: number): string {
  const context = contextPercent(session.card.figures ?? {});
  return `${session.name} ${stateOf(session, isWaiting, now)} ${context ?? ''}`;
}
