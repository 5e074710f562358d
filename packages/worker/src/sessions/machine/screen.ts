import type { SessionEffect } from './input';
import { screenKey, type Session } from '../model';

/** The screen moves into a new message: an edit makes no sound, and the old one is far above. */
export function onNewScreen(session: Session, effects: SessionEffect[]): [Session, SessionEffect[]] {
  const next = { ...session, screens: (session.screens ?? 0) + 1 };
  return [next, [{ do: 'retire', key: screenKey(session) }, ...effects]];
}

/** The person of the chat `by` wants to see the screen, absent: who sees it already; `anew`: in a message of its own. */
export function screenAsked(session: Session, anew: boolean, by?: number): [Session, SessionEffect[]] {
  const effects: SessionEffect[] = [{ do: 'show-screen', asked: true }];
  const seen = session.screenIn ?? [];
  const next = by === undefined || seen.includes(by) ? session : { ...session, screenIn: [...seen, by] };
  return anew ? onNewScreen(next, effects) : [next, effects];
}

/** The person of the chat `by` has seen enough of it; for others it stays. */
export function screenClosed(session: Session, by: number): [Session, SessionEffect[]] {
  const screenIn = (session.screenIn ?? []).filter((chatId) => chatId !== by);
  return [{ ...session, screenIn }, [{ do: 'hide-screen', in: by }]];
}

/** Nobody is shown the screen any more, where that is what follows. */
export function screenGone(session: Session, effects: readonly SessionEffect[]): Session {
  const gone = effects.some((effect) => effect.do === 'hide-screen' && effect.in === undefined);
  if (!gone || session.screenIn === undefined) return session;
  const { screenIn, ...rest } = session;
  void screenIn;
  return rest;
}
