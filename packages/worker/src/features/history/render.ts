import { cutMiddle } from '../../agents/cut-middle';
import { maskedLine } from '../../cards/clean';
import type { HistoryWords } from '../../words/topics/history';
import type { SessionEvent } from '../../sessions/events';
import type { PromptAuthor } from '../../prompts/model';

/** How much of one piece is shown, UTF-16 units; `Infinity`: all of it. */
export interface Most {
  prompt: number;
  text: number;
}

/** The longest line about a tool, UTF-16 units. */
const TOOL_MAX = 120;

/** What happened in a session, in Markdown, a piece each: what was asked, what was said, what was done. */
export function renderPast(
  events: readonly SessionEvent[],
  most: Most,
  words: HistoryWords,
  whose: (at: number) => PromptAuthor,
): string[] {
  const failed = new Set(events.flatMap((e) => (e.type === 'tool.ended' && !e.ok ? [e.id] : [])));
  const pieces: string[] = [];
  let tools: string[] = [];
  const flush = (): void => {
    if (tools.length > 0) pieces.push(tools.join('\n'));
    tools = [];
  };
  let last = '';
  for (const event of events) {
    const piece = pieceOf(event);
    if (event.type === 'tool.started') {
      const line = maskedLine(`${event.name} ${event.title}`, TOOL_MAX).replace(/`/g, 'ˋ');
      tools.push(`- ${failed.has(event.id) ? '✗' : '✓'} \`${line}\``);
    }
    // A prompt is told of when it is queued, and again when its turn begins.
    const same = 'prompt' in event ? event.prompt : piece;
    if (piece === null || same === last) continue;
    flush();
    pieces.push(piece);
    last = same ?? '';
  }
  flush();
  return pieces;

  function pieceOf(event: SessionEvent): string | null {
    switch (event.type) {
      case 'turn.started':
      case 'prompt.taken':
        return event.prompt.trim() === ''
          ? null
          : quoted(cut(event.prompt.trim(), most.prompt), words.who(whose(event.at)));
      case 'text':
        return event.text.trim() === '' ? null : cut(event.text.trim(), most.text);
      case 'api.error':
        return words.failed(maskedLine(event.text || event.error, TOOL_MAX).replace(/[*_`[\]\\<]/g, '\\$&'));
      case 'turn.ended':
        return event.how === 'interrupted' ? words.interrupted : null;
      case 'compacted':
        return words.compacted;
      default:
        return null;
    }
  }
}

/** What the person wrote: never markup, so that it stands as it was written. */
function quoted(text: string, who: string): string {
  const plain = (of: string): string => of.replace(/[\\`*_[\]<>#~|]/g, '\\$&');
  return `> **${plain(who)}** ${plain(text).replace(/\n/g, '\n> ')}`;
}

const cut = (text: string, most: number): string => cutMiddle(text, most, '\n\n[…]\n\n');
