import type { InputLine } from '../agents/agent';
import type { Keystroke } from '../terminal/panes';
import type { Session } from '../sessions/model';

/** Why a message waits before it is typed. */
export type HoldReason =
  /** The agent starts or restores. */
  | 'starting'
  /** Something on the screen wants keys. */
  | 'dialog'
  /** The agent's account has used up a limit, and the person has not said that it goes on. */
  | 'limit'
  /** Somebody writes in the input line at the desk. */
  | 'draft'
  /** There is no input line to be seen. */
  | 'hidden'
  /** An earlier message stands in the input line, and the agent does not take it. */
  | 'unsent'
  /** Its session ended before it was typed, and may go on. */
  | 'over';

/** What is known of an earlier prompt whose text stands in the input line. */
export type Standing =
  /** It was typed, and Enter pressed again, and it still stands there. */
  | 'stuck'
  /** The agent had it: it was confirmed, or seen to leave the line. */
  | 'had'
  /** A command that the agent does not know, or none at all: it was typed, Enter was pressed again, and it still stands there. */
  | 'refused'
  /** The person decided that it is to be typed again. */
  | 'again'
  /** The person dropped it. */
  | 'dropped'
  /** An earlier run of the worker typed it; nobody knows more. */
  | 'unknown';

/** What to do for the oldest message that waits. */
export type DeliveryStep =
  | { do: 'type' }
  /** Its text stands in the line already: submit it. */
  | { do: 'submit' }
  /** Take out what stands in the line, and look again. */
  | { do: 'clear'; keys: readonly Keystroke[] }
  | { do: 'hold'; why: HoldReason };

/**
 * Decides whether a message may be typed. `standing` is of the prompt that the line holds. Only a text that is
 * certainly ccbot's own is ever taken out of the line: an agent that is interrupted gives a prompt back, and would
 * append the next one to it.
 */
export function decideDelivery(session: Session, line: InputLine, standing: Standing): DeliveryStep {
  if (session.limited !== undefined) return { do: 'hold', why: 'limit' };
  if (session.phase === 'dialog') return { do: 'hold', why: 'dialog' };
  if (session.phase !== 'ready') return { do: 'hold', why: 'starting' };
  switch (line.is) {
    case 'empty':
      return { do: 'type' };
    case 'draft':
      return { do: 'hold', why: 'draft' };
    case 'hidden':
      return { do: 'hold', why: 'hidden' };
    case 'prompt':
      switch (standing) {
        case 'stuck':
        case 'unknown':
          return { do: 'hold', why: 'unsent' };
        case 'again':
          return line.whole ? { do: 'submit' } : { do: 'clear', keys: line.clearing };
        case 'refused':
        case 'dropped':
          return { do: 'clear', keys: line.clearing };
        case 'had': {
          const givenBack = session.card.phase !== 'working' && session.card.outcome === 'interrupted';
          return givenBack ? { do: 'clear', keys: line.clearing } : { do: 'hold', why: 'draft' };
        }
      }
  }
}
