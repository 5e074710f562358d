import { cutMiddle } from '../../agents/cut-middle';
import { maskedLine } from '../../cards/clean';
import type { PromptAuthor } from '../../prompts/model';
import type { SessionEvent } from '../../sessions/events';
import { fence } from '../../words/markdown';
import type { HistoryWords } from './words/words';

/** The most of one prompt and of one text, UTF-16 units. */
export interface PieceMax {
  prompt: number;
  text: number;
}

/** Who wrote the prompt of a record, by its time, ms since the epoch. */
export type AuthorAt = (at: number) => PromptAuthor;

/** The longest line about a tool or an error, UTF-16 units. */
const LINE_MAX = 120;

/** What happened in a session, in Markdown: a piece for each prompt, each text and each run of tools. */
export function renderPast(
  events: readonly SessionEvent[],
  max: PieceMax,
  words: HistoryWords,
  authorAt: AuthorAt,
): string[] {
  const failed = failedTools(events);
  const pieces: string[] = [];
  let tools: string[] = [];
  const flushTools = (): void => {
    if (tools.length > 0) pieces.push(tools.join('\n'));
    tools = [];
  };
  let last = '';
  for (const event of events) {
    if (event.type === 'tool.started') tools.push(toolLine(event, failed));
    const piece = renderPiece(event, max, words, authorAt);
    if (piece === null) continue;
    // A prompt is reported when it is queued, and again when its turn begins.
    const content = 'prompt' in event ? event.prompt : piece;
    if (content === last) continue;
    flushTools();
    pieces.push(piece);
    last = content;
  }
  flushTools();
  return pieces;
}

function failedTools(events: readonly SessionEvent[]): ReadonlySet<string> {
  return new Set(events.flatMap((event) => (event.type === 'tool.ended' && !event.ok ? [event.id] : [])));
}

function toolLine(
  { id, name, title }: Extract<SessionEvent, { type: 'tool.started' }>,
  failed: ReadonlySet<string>,
): string {
  const line = maskedLine(`${name} ${title}`, LINE_MAX).replace(/`/g, 'ˋ');
  return `- ${failed.has(id) ? '✗' : '✓'} \`${line}\``;
}

function renderPiece(
  event: SessionEvent,
  max: PieceMax,
  words: HistoryWords,
  authorAt: AuthorAt,
): string | null {
  switch (event.type) {
    case 'turn.started':
    case 'prompt.taken': {
      const prompt = event.prompt.trim();
      return prompt === '' ? null : quoted(cut(prompt, max.prompt), words.author(authorAt(event.at)));
    }
    case 'text':
      return event.text.trim() === '' ? null : cut(event.text.trim(), max.text);
    case 'api.error':
      return words.failed(maskedLine(event.text || event.error, LINE_MAX).replace(/[*_`[\]\\<]/g, '\\$&'));
    case 'turn.ended':
      return event.how === 'interrupted' ? words.interrupted : null;
    case 'compacted':
      return words.compacted;
    default:
      return null;
  }
}

/** A longer prompt, UTF-16 units, is a file that somebody piped into the agent. */
const QUOTED_MAX = 65_536;

/** A prompt is shown as it was written, never as markup. */
function quoted(prompt: string, author: string): string {
  const escaped = (text: string): string => text.replace(/[\\`*_[\]<>#~|]/g, '\\$&');
  if (prompt.length > QUOTED_MAX) return `> **${escaped(author)}**\n\n${fence(prompt)}`;
  return `> **${escaped(author)}** ${escaped(prompt).replace(/\n/g, '\n> ')}`;
}

const cut = (text: string, max: number): string => cutMiddle(text, max, '\n\n[…]\n\n');
