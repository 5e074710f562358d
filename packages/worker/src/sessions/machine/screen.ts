import type { SessionEffect } from './model';
import { screenKey, type Session } from '../model';

/** Moves the screen into a new message: an edit makes no sound, and the old message is far above. */
export function onNewScreen(session: Session, effects: SessionEffect[]): [Session, SessionEffect[]] {
  const next = { ...session, screens: (session.screens ?? 0) + 1 };
  return [next, [{ do: 'retire', key: screenKey(session) }, ...effects]];
}

/** Shows the screen to the chat `by`, or without it to those who see it already. `isNew`: in a new message. */
export function screenAsked(session: Session, isNew: boolean, by?: number): [Session, SessionEffect[]] {
  const effects: SessionEffect[] = [{ do: 'show-screen', asked: true }];
  const chats = session.screenIn ?? [];
  const next = by === undefined || chats.includes(by) ? session : { ...session, screenIn: [...chats, by] };
  return isNew ? onNewScreen(next, effects) : [next, effects];
}

/** Closes the screen in one chat; it stays in the others. */
export function screenClosed(session: Session, by: number): [Session, SessionEffect[]] {
  const screenIn = (session.screenIn ?? []).filter((chatId) => chatId !== by);
  return [{ ...session, screenIn }, [{ do: 'hide-screen', in: by }]];
}

/** Forgets who asked for the screen when the effects remove it from every chat. */
export function screenGone(session: Session, effects: readonly SessionEffect[]): Session {
  const isGone = effects.some((effect) => effect.do === 'hide-screen' && effect.in === undefined);
  if (!isGone || session.screenIn === undefined) return session;
  const next = { ...session };
  delete next.screenIn;
  return next;
}
