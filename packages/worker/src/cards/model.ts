import type { Figures, Todo } from '../sessions/events';

/** Where the card's session stands: `working` while a turn runs, `ended` and `lost` when there is no agent any more. */
export type CardPhase = 'starting' | 'idle' | 'working' | 'ended' | 'lost';

/** How a turn came to its end. */
export type Outcome = 'done' | 'interrupted' | 'failed';

/** One tool of the turn. */
export interface ToolRow {
  id: string;
  /** The tool's place in the turn, counted from 1; 0 while only its end is known, when it is not shown. */
  n: number;
  name: string;
  /** The tool's input in one line. */
  title: string;
  /** A tool whose end nobody told stays `running`, even when the turn is over: nothing is made up. */
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
  /** How many tools of the turn had begun when it was said. */
  after: number;
}

/** A sub-agent that the agent set to work. */
export interface SubAgent {
  /** The tool call that started it. */
  id: string;
  title: string;
  state: 'running' | 'ok' | 'failed';
  startedAt: number;
  /** When it last told of itself. */
  toldAt: number;
  /** Names its own transcript, where it has one and that is known. */
  file?: string;
  endedAt?: number;
  /** Its newest tool, with its input in one line. */
  doing?: { tool: string; title: string };
  /** How many tools it has begun. */
  tools: number;
}

/** The state of one session's live card. Immutable, and plain JSON. Times are ms since the epoch. */
export interface Card {
  session: string;
  name: string;
  /** The agent's name for people. */
  agent: string;
  phase: CardPhase;
  /** Counted from 1; 0 before the first turn. */
  turn: number;
  /** The first words of the turn's prompt, in one line; empty for a turn that the agent began by itself. */
  prompt: string;
  /** When the turn began and ended; `outcome` is set with `endedAt`. */
  startedAt?: number;
  endedAt?: number;
  outcome?: Outcome;
  /** The newest tools, oldest first, at most {@link MAX_ROWS}, and how many are folded away before them. */
  rows: readonly ToolRow[];
  foldedRows: number;
  /** How many tools the turn began. */
  tools: number;
  /** What the agent said in the turn, oldest first, and how many of its interim texts are folded away. */
  texts: readonly TextBlock[];
  foldedTexts: number;
  /** The agent's last error, until it goes on. */
  error?: { error: string; text: string };
  /** When the agent last compacted its context in this turn. */
  compactedAt?: number;
  /** The agent's to-do list as it last told it; absent before the first one. It outlives turns, as the agent's own does. */
  todos?: readonly Todo[];
  /** Sub-agents that run, or ran in this turn, oldest first, at most {@link MAX_AGENTS}; absent before the first one. */
  agents?: readonly SubAgent[];
  /** What the agent last said of the session's consumption. */
  figures?: Omit<Figures, 'limits'>;
  /** The account's limit that ended the turn. */
  limit?: { window?: string; resetsAt?: number };
  /** The end of what the agent last thought in the turn, where its transcript tells. */
  thinking?: string;
  /** The end of the text that the agent is writing, as its screen shows it; the transcript has it only when it is whole. */
  writing?: string;
  /** The end of the terminal's screen, of a session that has no transcript; empty before it was looked at. */
  screen?: string;
  /** The person allows the session everything it asks for: until this moment, or until its turn has ended. */
  allowing?: number | 'done';
  /** Records that are counted and never shown. */
  other: number;
  /** Keys of the newest events that left nothing in `rows` or `texts`, oldest first, at most {@link MAX_SEEN}. */
  seen: readonly string[];
}

/** The most tools kept of a turn: more than anybody reads on a phone, few enough to store on each change (some 16 KB). */
export const MAX_ROWS = 40;

/** The most points of a to-do list that a card keeps. */
export const MAX_TODOS = 50;

/** The most sub-agents that a card keeps. */
export const MAX_AGENTS = 20;

/**
 * The most UTF-16 units of interim texts kept of a turn, some sixteen messages. They have been on the live card; the
 * transcript has all of them. The last message's texts do not count: the answer is never cut.
 */
export const MAX_INTERIM = 65_536;

/** The most interim texts kept of a turn: an agent that remarks on each of its tools makes hundreds, and each change stores them. */
export const MAX_REMARKS = 100;

/** The most keys of past events kept against replays. A replay is at most what one crash leaves undone: a few lines. */
export const MAX_SEEN = 100;

/** The most UTF-16 units kept of single lines. */
export const LINE_MAX = {
  prompt: 80,
  name: 40,
  title: 200,
  summary: 160,
  errorName: 60,
  errorText: 1000,
  thought: 600,
};

/** The card of a session that has just been asked for. `agent` is the agent's name for people. */
export function newCard(of: { session: string; name: string; agent: string }): Card {
  return {
    session: of.session,
    name: of.name,
    agent: of.agent,
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
