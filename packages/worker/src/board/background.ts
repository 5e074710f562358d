import { contextPercent } from '../cards/beside';
import type { PanelLine } from '../cards/panel';
import { isAtWork, isLive, type Session } from '../sessions/model';

/** An agent at work of which nothing was heard for this long, ms, is told to be silent: builds and test runs take minutes. */
export const SILENT_MS = 10 * 60_000;

/** What a session does while a chat writes to another one. `asks`: it waits for an answer of the person. */
export function stateOf(session: Session, asks: boolean, now: number): PanelLine['state'] {
  const { phase, card } = session;
  if (asks || phase === 'dialog') return 'needs';
  if (card.phase === 'starting') return 'starting';
  if (isAtWork(session)) return silentSince(session, now) === null ? 'working' : 'silent';
  if (card.outcome === 'failed') return 'failed';
  return card.outcome === 'done' ? 'finished' : 'ready';
}

/** Since when nothing was heard of a session at work, when that is long, ms since the epoch; null: it is not silent. */
export function silentSince(session: Session, now: number): number | null {
  if (!isLive(session) || session.phase !== 'ready' || session.card.phase !== 'working') return null;
  const heard = session.activeAt ?? session.card.startedAt ?? session.createdAt;
  return now - heard >= SILENT_MS ? heard : null;
}

/** What comes first where not all have room: what the person has to do something about. */
const ORDER: readonly PanelLine['state'][] = [
  'needs',
  'failed',
  'silent',
  'working',
  'starting',
  'finished',
  'ready',
];

/** The lines about all sessions but one, the most pressing first, else oldest first. */
export function panelLines(
  sessions: readonly Session[],
  but: string | undefined,
  asks: (session: Session) => boolean,
  now: number,
): PanelLine[] {
  const lines = sessions.flatMap((session): PanelLine[] => {
    if (session.id === but) return [];
    const state = stateOf(session, asks(session), now);
    const { startedAt, figures = {} } = session.card;
    const context = contextPercent(figures);
    const since =
      state === 'silent' ? silentSince(session, now) : state === 'working' ? startedAt : undefined;
    return [
      {
        name: session.name,
        state,
        ...(since === undefined || since === null ? {} : { forMs: now - since }),
        ...(context === undefined ? {} : { context }),
      },
    ];
  });
  return lines.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

/** Changes when the panel of other chats' cards would tell something else of the session, but for the time. */
export function panelKey(session: Session, asks: boolean, now: number): string {
  const context = contextPercent(session.card.figures ?? {});
  return `${session.name} ${stateOf(session, asks, now)} ${context ?? ''}`;
}
