import { placed, sliceRich, type Style } from './rich';
import type { Entity, Rich } from './view';

interface Open {
  /** `null`: the same style is already open, so this one adds nothing. */
  style: Style | null;
  /** Where it starts; -1 until something is written in it. */
  from: number;
}

/** Writes text with entities that nest as Telegram requires. */
export interface Ink {
  /** UTF-16 units written so far. */
  length(): number;
  /** The text from `from` on, an earlier {@link Ink.length}. */
  since(from: number): string;
  write(text: string): void;
  /** Puts at least `lines` line ends before the next text. Does nothing before the first text. */
  gap(lines: number): void;
  /** While on, until the next text, gaps do not count: the text follows directly. */
  stay(on: boolean): void;
  open(style: Style): void;
  /** Closes the style opened last. */
  close(): void;
  /** Writes `code` or `pre`: open styles other than quotes end before it and continue after it. */
  verbatim(style: Style, text: string): void;
  rich(): Rich;
}

const isQuote = (style: Style): boolean =>
  style.type === 'blockquote' || style.type === 'expandable_blockquote';

export function createInk(): Ink {
  const pieces: string[] = [];
  let length = 0;
  let lines = 0;
  let staying = false;
  const entities: Entity[] = [];
  const stack: Open[] = [];

  function add(piece: string): void {
    pieces.push(piece);
    length += piece.length;
  }

  function settle(): void {
    if (lines > 0 && length > 0) add('\n'.repeat(lines));
    lines = 0;
    staying = false;
  }

  function end(open: Open): void {
    if (open.style !== null && open.from >= 0 && length > open.from) {
      entities.push(placed(open.style, open.from, length - open.from));
    }
    open.from = -1;
  }

  function write(piece: string): void {
    if (piece === '') return;
    settle();
    for (const open of stack) if (open.from < 0) open.from = length;
    add(piece);
  }

  return {
    length: () => length,
    since(from) {
      let at = pieces.length;
      for (let left = length - from; left > 0; left -= pieces[at]?.length ?? left) at--;
      return pieces.slice(at).join('');
    },
    write,
    gap(atLeast) {
      if (!staying) lines = Math.max(lines, atLeast);
    },
    stay(on) {
      if (on) lines = 0;
      staying = on;
    },
    open(style) {
      const same = stack.some(
        ({ style: outer }) =>
          outer !== null && (outer.type === style.type || (isQuote(outer) && isQuote(style))),
      );
      stack.push({ style: same ? null : style, from: -1 });
    },
    close() {
      const open = stack.pop();
      if (open !== undefined) end(open);
    },
    verbatim(style, piece) {
      const inLink = stack.some((open) => open.style?.type === 'text_link');
      if (inLink || piece.trim() === '') {
        write(piece);
        return;
      }
      for (const open of stack) if (open.style !== null && !isQuote(open.style)) end(open);
      settle();
      const offset = length;
      for (const open of stack) {
        if (open.style !== null && isQuote(open.style) && open.from < 0) open.from = offset;
      }
      add(piece);
      entities.push(placed(style, offset, piece.length));
    },
    rich: () => sliceRich({ text: pieces.join(''), entities }, 0, length),
  };
}
