import type { SessionEvent } from '../sessions/events';
import {
  answerAtEnd,
  finishedCard,
  continuesAfterAnswer,
  isBeforeTold,
  isToldBefore,
  toldBlocks,
  withReadAnswer,
  withToldAnswer,
} from './answered';
import { graphemeBorder, isBlank, maskedLine } from './clean';
import { liveInNextTurn, reduceLive, withAgentsOver } from './live';
import {
  LINE_MAX,
  MAX_INTERIM,
  MAX_REMARKS,
  MAX_ROWS,
  MAX_SEEN,
  TEXT_MAX,
  type Card,
  cardWithout,
  newCard,
  type TextBlock,
  type ToolRow,
} from './model';

/**
 * Texts and tools up to this many ms after the end of a turn still belong to it: records of one moment may come in another
 * order. Later ones start a turn of the agent's own.
 */
const STRAGGLE_MS = 2000;

/**
 * The card after `event`; the same object when the event changes nothing, as a replayed one does. A prompt that the agent
 * takes while a turn runs starts the next turn, which takes over everything so far: it is not lost, and is shown with that
 * turn.
 */
export function reduceCard(card: Card, event: SessionEvent): Card {
  switch (event.type) {
    case 'turn.started': {
      const prompt = maskedLine(event.prompt, LINE_MAX.prompt);
      const key = `start:${event.at}:${prompt}`;
      if (card.seen.includes(key)) return card;
      const next = seeing(card, [key]);
      if (isBeforeTold(card, event.at)) return { ...next, prompt };
      return beginTurn(finishedCard(next), event.at, prompt, event.turnId);
    }
    case 'answer.told':
      return withToldAnswer(card, event);
    case 'text':
      return withText(card, event);
    case 'tool.started':
      return toolStarted(card, event);
    case 'tool.ended':
      return toolEnded(card, event);
    case 'turn.ended': {
      const key = `end:${event.at}`;
      if (card.phase !== 'working' || card.seen.includes(key)) return card;
      const over = event.agents === 0 ? withAgentsOver(card, event.at) : card;
      const rest = cardWithout(over, 'writing', 'answered'); // complete now, or given up
      const end = answerAtEnd(card, event.at);
      return { ...seeing(rest, [key]), phase: 'idle', outcome: event.how, ...end };
    }
    case 'api.error': {
      const error = {
        error: maskedLine(event.error, LINE_MAX.errorName),
        text: maskedLine(event.text, LINE_MAX.errorText),
      };
      const same = card.error?.error === error.error && card.error.text === error.text;
      return same ? card : { ...card, error };
    }
    case 'compacted':
      return card.compactedAt === event.at ? card : { ...card, compactedAt: event.at };
    case 'other':
      return { ...card, other: card.other + 1 };
    case 'figures':
    case 'limit.reached':
    case 'todos':
    case 'todo':
    case 'agent.started':
    case 'agent.doing':
    case 'agent.ended':
      return reduceLive(card, event);
    case 'thinking': {
      const thinking = maskedLine(event.text.slice(-8 * LINE_MAX.thought), Infinity).slice(-LINE_MAX.thought);
      if (isBlank(thinking) || card.phase !== 'working' || card.seen.includes(event.id)) return card;
      return { ...seeing(card, [event.id]), thinking };
    }
    default:
      return card; // a type of a later version
  }
}

/**
 * The final answer of the turn in full, in Markdown; `null` when the agent said nothing. It is everything after the last
 * tool, and at least the whole last message. Earlier texts are in {@link interimOf}.
 */
export function answerOf(card: Card): string | null {
  const told = toldBlocks(card);
  const answer = told.length > 0 ? told : card.texts.slice(answerStart(card));
  return answer.length === 0 ? null : answer.map((block) => block.text).join('\n\n');
}

/** The texts before the final answer, oldest first; together with the answer these are all texts of the card. */
export function interimOf(card: Card): readonly TextBlock[] {
  return toldBlocks(card).length > 0 ? card.texts : card.texts.slice(0, answerStart(card));
}

function answerStart(card: Card): number {
  const last = card.texts.at(-1);
  if (last === undefined) return 0;
  const message = card.texts.findIndex((block) => block.message === last.message);
  const afterTools = card.texts.findIndex((block) => block.after >= card.tools);
  return afterTools < 0 ? message : Math.min(message, afterTools);
}

function beginTurn(card: Card, at: number, prompt: string, turnId?: string): Card {
  const { endedAt, outcome, error, compactedAt, limit, writing, thinking, todos, agents, ...kept } = card;
  const { turnId: previous, answered, toldBefore, ...rest } = kept;
  // Of the previous turn.
  void [endedAt, outcome, error, compactedAt, limit, writing, thinking, todos, agents];
  void [previous, answered, toldBefore];
  const live = liveInNextTurn(card);
  const id = turnId === undefined ? {} : { turnId };
  const next: Card = {
    ...rest,
    ...live,
    ...id,
    phase: 'working',
    turn: card.turn + 1,
    prompt,
    startedAt: at,
  };
  if (card.phase === 'working') return next;
  return { ...seeing(next, shownIn(card)), rows: [], foldedRows: 0, tools: 0, texts: [], foldedTexts: 0 };
}

/** A new card for a session that is restored at `at`: its transcript may be read again, and what was shown stays that. */
export function restoredCard(card: Card, name: string, at: number): Card {
  const { session, agent, turn, answered } = card;
  const told = answered?.told;
  return {
    ...newCard({ session, name, agent }),
    turn,
    seen: seenWith(card, shownIn(card)),
    ...(told === undefined ? {} : { toldBefore: { text: told, until: at } }),
  };
}

/** The keys of the tools and texts of the turn. */
function shownIn({ rows, texts }: Card): string[] {
  return [...rows.filter((row) => row.n > 0), ...texts].map((item) => item.id);
}

/** The card, in a new turn if something that happened at `at` does not belong to its last one. */
function inTurn(card: Card, at: number, message?: string): Card {
  // Without its id: what a hook tells of it may be the answer before.
  if (continuesAfterAnswer(card, message)) return beginTurn(finishedCard(card), at, card.prompt);
  if (card.phase !== 'idle' && card.phase !== 'starting') return card;
  const straggles = card.endedAt !== undefined && at <= card.endedAt + STRAGGLE_MS;
  return straggles ? card : beginTurn(card, at, '');
}

function withText(card: Card, event: Extract<SessionEvent, { type: 'text' }>): Card {
  const known = card.seen.includes(event.id) || card.texts.some((block) => block.id === event.id);
  if (known || isBlank(event.text)) return card;
  if (isToldBefore(card, event)) return seeing(cardWithout(card, 'toldBefore'), [event.id]);
  const { id, message, isFinal } = event;
  // The agent continues, and the text it was writing is complete.
  const next = cardWithout(inTurn(card, event.at, message), 'error', 'writing');
  const cut = event.text.slice(0, graphemeBorder(event.text, 0, TEXT_MAX));
  const text = cut.length < event.text.length ? `${cut}…` : cut;
  const block = {
    id,
    message,
    text,
    after: next.tools,
    ...(isFinal === false ? { interim: true as const } : {}),
  };
  return withReadAnswer({ ...next, texts: [...next.texts, block] }, event);
}

function toolStarted(card: Card, event: Extract<SessionEvent, { type: 'tool.started' }>): Card {
  const early = card.rows.find((row) => row.id === event.id);
  if (card.seen.includes(event.id) || (early !== undefined && early.n > 0)) return card;
  const next = cardWithout(inTurn(card, event.at), 'error'); // the agent continues
  const row: ToolRow = {
    state: 'running',
    ...early,
    id: event.id,
    n: next.tools + 1,
    name: maskedLine(event.name, LINE_MAX.name) || 'tool',
    title: maskedLine(event.title, LINE_MAX.title),
    startedAt: event.at,
  };
  const before = early === undefined ? next.rows : next.rows.filter((other) => other.id !== event.id);
  return foldTexts(foldRows({ ...next, rows: [...before, row], tools: row.n }));
}

function toolEnded(card: Card, event: Extract<SessionEvent, { type: 'tool.ended' }>): Card {
  const ended = {
    state: event.ok ? ('ok' as const) : ('failed' as const),
    endedAt: event.at,
    summary: maskedLine(event.summary, LINE_MAX.summary),
  };
  const row = card.rows.find((other) => other.id === event.id);
  if (row !== undefined) {
    if (row.state !== 'running') return card;
    return { ...card, rows: card.rows.with(card.rows.indexOf(row), { ...row, ...ended }) };
  }
  if (card.seen.includes(event.id) || card.phase !== 'working') return card;
  const early: ToolRow = { id: event.id, n: 0, name: '', title: '', startedAt: event.at, ...ended };
  return foldRows({ ...card, rows: [...card.rows, early] });
}

function foldRows(card: Card): Card {
  const surplus = card.rows.slice(0, -MAX_ROWS);
  if (surplus.length === 0) return card;
  return {
    ...card,
    seen: seenWith(
      card,
      surplus.map((row) => row.id),
    ),
    rows: card.rows.slice(-MAX_ROWS),
    foldedRows: card.foldedRows + surplus.filter((row) => row.n > 0).length,
  };
}

/** Folds the oldest surplus interim texts. Called when a tool starts: only then it is known which texts are interim. */
function foldTexts(card: Card): Card {
  const last = card.texts.at(-1)?.message;
  const end = card.texts.findIndex((block) => block.message === last);
  let kept = card.texts.slice(0, Math.max(0, end)).reduce((sum, block) => sum + block.text.length, 0);
  let surplus = 0;
  for (; surplus < end && (kept > MAX_INTERIM || end - surplus > MAX_REMARKS); surplus++)
    kept -= card.texts[surplus]?.text.length ?? 0;
  if (surplus === 0) return card;
  const ids = card.texts.slice(0, surplus).map((block) => block.id);
  return {
    ...card,
    seen: seenWith(card, ids),
    texts: card.texts.slice(surplus),
    foldedTexts: card.foldedTexts + surplus,
  };
}

function seeing(card: Card, keys: readonly string[]): Card {
  return { ...card, seen: seenWith(card, keys) };
}

function seenWith({ seen }: Card, keys: readonly string[]): readonly string[] {
  return seen.concat(keys).slice(-MAX_SEEN);
}
