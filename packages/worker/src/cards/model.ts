import type { Figures, Todo } from '../sessions/events';

/** The state of the card's session: `working` while a turn runs, `ended` and `lost` when there is no agent any more. */
export type CardPhase = 'starting' | 'idle' | 'working' | 'ended' | 'lost';

/** How a turn ended. */
export type Outcome = 'done' | 'interrupted' | 'failed';

/** One tool of the turn. */
export interface ToolRow {
  id: string;
  /** The tool's number in the turn, from 1; 0 while only its end is known, and it is not shown. */
  n: number;
  name: string;
  /** The tool's input in one line. */
  title: string;
  /** A tool whose end was not reported stays `running`, even after the turn: nothing is made up. */
  state: 'running' | 'ok' | 'failed';
  startedAt: number;
  endedAt?: number;
  summary?: string;
}

/** One text block of the turn, whole. */
export interface TextBlock {
  id: string;
  message: string;
  /** Markdown. */
  text: string;
  /** How many tools of the turn had started before it. */
  after: number;
  /** A tool call follows in the same message. */
  interim?: true;
}

/** A sub-agent that the agent started. */
export interface SubAgent {
  /** The tool call that started it. */
  id: string;
  title: string;
  state: 'running' | 'ok' | 'failed';
  startedAt: number;
  /** When it was last heard of. */
  toldAt: number;
  /** Its own transcript, where that is known. */
  file?: string;
  endedAt?: number;
  /** Its newest tool, with its input in one line. */
  doing?: { tool: string; title: string };
  /** How many tools it has started. */
  tools: number;
}

/** The state of one session's live card. Immutable, and plain JSON. Times are ms since the epoch. */
export interface Card {
  session: string;
  name: string;
  /** The agent's display name. */
  agent: string;
  phase: CardPhase;
  /** Counted from 1; 0 before the first turn. */
  turn: number;
  /** The first words of the turn's prompt, in one line; empty for a turn that the agent started by itself. */
  prompt: string;
  /** The agent's own id of the turn, if it reports one. */
  turnId?: string;
  /**
   * The turn has its answer, which is shown; since when. `told`: the answer as a hook told it, while the transcript does
   * not have it.
   */
  answered?: { at: number; told?: string };
  /**
   * Of a session that was restored: its last answer as a hook told it, while the transcript does not have it. The record of
   * it is not younger than `until`.
   */
  toldBefore?: { text: string; until: number };
  /** When the turn started and ended; `outcome` is set with `endedAt`. */
  startedAt?: number;
  endedAt?: number;
  outcome?: Outcome;
  /** The newest tools, oldest first, at most {@link MAX_ROWS}, and how many are folded away before them. */
  rows: readonly ToolRow[];
  foldedRows: number;
  /** How many tools the turn started. */
  tools: number;
  /** What the agent said in the turn, oldest first, and how many of its interim texts are folded away. */
  texts: readonly TextBlock[];
  foldedTexts: number;
  /** The agent's last error, until it continues. */
  error?: { error: string; text: string };
  /** When the agent last compacted its context in this turn. */
  compactedAt?: number;
  /** The agent's newest to-do list; absent before the first one. It outlives turns, as in the agent. */
  todos?: readonly Todo[];
  /** Sub-agents that run, or ran in this turn, oldest first, at most {@link MAX_AGENTS}; absent before the first one. */
  agents?: readonly SubAgent[];
  /** The agent's newest figures about the session's consumption. */
  figures?: Omit<Figures, 'limits'>;
  /** The account limit that ended the turn. */
  limit?: { window?: string; resetsAt?: number };
  /** The end of the agent's last thought in the turn, where its transcript has thoughts. */
  thinking?: string;
  /** The end of the text that the agent is writing, from its screen: the transcript has a text only when it is complete. */
  writing?: string;
  /** The end of the terminal's screen, for a session without a transcript; empty before the first reading. */
  screen?: string;
  /** The user allows everything the session asks for: until this time, ms since the epoch, or until its turn ends. */
  allowing?: number | 'done';
  /** The number of records that are never shown. */
  other: number;
  /** Keys of the newest events that are not in `rows` or `texts`, oldest first, at most {@link MAX_SEEN}. */
  seen: readonly string[];
}

/** The most tools stored of a turn: more than anybody reads on a phone, few enough to store on each change (some 16 KB). */
export const MAX_ROWS = 40;

/** The most items of a to-do list that a card stores. */
export const MAX_TODOS = 50;

/** The most sub-agents that a card stores. */
export const MAX_AGENTS = 20;

/**
 * The most UTF-16 units of interim texts stored of a turn, some sixteen messages. They were on the live card, and the
 * transcript has all of them. The texts of the last message do not count: the answer is never cut.
 */
export const MAX_INTERIM = 65_536;

/** The most UTF-16 units of one text: what follows is in the transcript only. No model writes that much at once. */
export const TEXT_MAX = 1_000_000;

/** The most interim texts stored of a turn: an agent that comments on each tool makes hundreds, and each change stores them. */
export const MAX_REMARKS = 100;

/** The most keys of past events stored against replays. A replay is at most what one crash leaves undone: a few lines. */
export const MAX_SEEN = 100;

/** The most UTF-16 units stored of single lines. */
export const LINE_MAX = {
  prompt: 80,
  name: 40,
  title: 200,
  summary: 160,
  errorName: 60,
  errorText: 1000,
  thought: 600,
};

/** The card of a new session. `agent` is the agent's display name. */
export function newCard(options: { session: string; name: string; agent: string }): Card {
  return {
    session: options.session,
    name: options.name,
    agent: options.agent,
    phase: 'starting',
    turn: 0,
    prompt: '',
    rows: [],
    foldedRows: 0,
    tools: 0,
    texts: [],
    foldedTexts: 0,
    other: 0,
    seen: [],
  };
}

/** The card without some of its optional parts; the same object when it has none of them, as most cards do. */
export function cardWithout(card: Card, ...parts: readonly OptionalPart[]): Card {
  if (parts.every((part) => card[part] === undefined)) return card;
  const kept = Object.entries(card).filter(([key]) => !parts.some((part) => part === key));
  return Object.fromEntries(kept) as unknown as Card;
}

/** A part that a card may lack. */
type OptionalPart = {
  [Part in keyof Card]-?: undefined extends Card[Part] ? Part : never;
}[keyof Card];
