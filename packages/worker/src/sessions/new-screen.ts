import type { SessionEffect } from './input';
import { screenKey, type Session } from './model';

/** The screen moves into a new message: an edit makes no sound, and the old one is far above. */
export function onNewScreen(session: Session, effects: SessionEffect[]): [Session, SessionEffect[]] {
  const next = { ...session, screens: (session.screens ?? 0) + 1 };
  return [next, [{ do: 'retire', key: screenKey(session) }, ...effects]];
}

/** The person wants to see the screen; `anew`: in a message of its own. */
export function screenAsked(session: Session, anew: boolean): [Session, SessionEffect[]] {
  const effects: SessionEffect[] = [{ do: 'show-screen', asked: true }];
  return anew ? onNewScreen(session, effects) : [session, effects];
}
