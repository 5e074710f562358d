import { screenRows } from '../../cards/screen-card';
import type { SessionEffect, SessionInput } from './model';
import type { Session } from '../model';

/** What differs in a session without a transcript, whose card is its screen. Null: nothing does. */
export function onScreen(session: Session, input: SessionInput): [Session, SessionEffect[]] | null {
  const { card } = session;
  switch (input.type) {
    case 'opened': {
      if (session.phase !== 'opening') return null;
      const next: Session = { ...session, phase: 'ready', card: { ...card, phase: 'idle' } };
      return [next, [{ do: 'show' }, { do: 'watch', on: true }, { do: 'deliver' }]];
    }
    case 'looked': {
      const screen = screenRows(input.screen);
      return screen === card.screen
        ? [session, []]
        : [{ ...session, card: { ...card, screen } }, [{ do: 'show' }]];
    }
    case 'typed': {
      // The card moves to the end of the chat: the user looks for the result below the message.
      const { replyTo, by } = input;
      const next = {
        ...session,
        replyTo,
        ...(by === undefined ? {} : { by, wroteLast: by }),
        card: { ...card, turn: card.turn + 1 },
      };
      return [next, [{ do: 'begin' }, { do: 'show' }]];
    }
    default:
      return null;
  }
}
