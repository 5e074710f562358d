import type { InputLine } from '../agents/agent';
import { runningAgents } from '../cards/live';
import type { Keystroke } from '../terminal/panes';
import type { Session } from '../sessions/model';

/** Why a prompt waits before it is typed. */
export type HoldReason =
  /** The agent starts or restores. */
  | 'starting'
  /** The session's window cannot be found. */
  | 'missing'
  /** Something on the screen wants keys. */
  | 'dialog'
  /** The agent's account has used up a limit, and the user has not decided to continue. */
  | 'limit'
  /** Somebody writes in the input line at the terminal. */
  | 'draft'
  /** No input line is visible. */
  | 'hidden'
  /** An earlier prompt is in the input line, and the agent does not take it. */
  | 'unsent'
  /** Its session ended before it was typed, and may be restored. */
  | 'over';

/** What is known of an earlier prompt whose text is in the input line. */
export type Standing =
  /** It was typed, Enter was pressed again, and it is still there. */
  | 'stuck'
  /** The agent had it: it was confirmed, or left the line. */
  | 'had'
  /** As `stuck`, of a text that an agent may never take: an unknown command, or `!` without one. */
  | 'refused'
  /** The user decided to send it again. */
  | 'again'
  /** The user dropped it. */
  | 'dropped'
  /** An earlier run of the worker typed it; nobody knows more. */
  | 'unknown';

/** What to do for the oldest waiting prompt. */
export type DeliveryStep =
  | { do: 'type' }
  /** The input line holds its text already: submit it. */
  | { do: 'submit' }
  /** Empty the input line, and read the screen again. */
  | { do: 'clear'; keys: readonly Keystroke[] }
  /** What an earlier run typed has appeared in the line: settle it first. */
  | { do: 'recover' }
  | { do: 'hold'; why: HoldReason };

/** Why nothing may be typed or submitted now, whatever the input line holds; null: nothing speaks against it. */
export function holdOf({ missing, limited, phase }: Session): HoldReason | null {
  if (missing !== undefined) return 'missing';
  if (limited !== undefined) return 'limit';
  if (phase === 'dialog') return 'dialog';
  return phase === 'ready' ? null : 'starting';
}

/**
 * Whether no dialog opens by itself before the next keys arrive, in which Enter would choose the first answer. An agent at
 * work may ask for something at any moment, and draws the dialog a moment later.
 */
export function isAtRest({ phase, card }: Session): boolean {
  return phase === 'ready' && card.phase !== 'working' && runningAgents(card).length === 0;
}

/**
 * Decides whether a prompt may be typed. `standing` is that of the prompt in the line. Only a text that is certainly
 * ccbot's is ever cleared from the line: an interrupted agent gives a prompt back, and would append the next one to it.
 */
export function decideDelivery(session: Session, line: InputLine, standing: Standing): DeliveryStep {
  const why = holdOf(session);
  if (why !== null) return { do: 'hold', why };
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
          return { do: 'hold', why: 'unsent' };
        case 'unknown':
          return line.whole ? { do: 'recover' } : { do: 'hold', why: 'unsent' };
        case 'again':
          return line.whole ? { do: 'submit' } : { do: 'clear', keys: line.clearing };
        case 'refused':
        case 'dropped':
          return { do: 'clear', keys: line.clearing };
        case 'had': {
          const isGivenBack = session.card.phase !== 'working' && session.card.outcome === 'interrupted';
          return isGivenBack ? { do: 'clear', keys: line.clearing } : { do: 'hold', why: 'draft' };
        }
      }
  }
}
