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

interface InkState {
  readonly pieces: string[];
  readonly entities: Entity[];
  /** The open styles, the outermost first. */
  readonly stack: Open[];
  /** Those of them that add something: at most one of each kind, however deep a text nests them. */
  readonly active: Open[];
  /** UTF-16 units written so far. */
  length: number;
  /** Line ends that come before the next text. */
  lines: number;
  /** Gaps do not count. */
  isStaying: boolean;
}

export function createInk(): Ink {
  const ink: InkState = {
    pieces: [],
    entities: [],
    stack: [],
    active: [],
    length: 0,
    lines: 0,
    isStaying: false,
  };
  return {
    length: () => ink.length,
    since: (from) => textSince(ink, from),
    write: (text) => write(ink, text),
    gap(lines) {
      if (!ink.isStaying) ink.lines = Math.max(ink.lines, lines);
    },
    stay(on) {
      if (on) ink.lines = 0;
      ink.isStaying = on;
    },
    open: (style) => open(ink, style),
    close() {
      const last = ink.stack.pop();
      if (last === undefined) return;
      end(ink, last);
      if (last.style !== null) ink.active.pop();
    },
    verbatim: (style, text) => writeVerbatim(ink, style, text),
    rich: () => sliceRich({ text: ink.pieces.join(''), entities: ink.entities }, 0, ink.length),
  };
}

function textSince({ pieces, length }: InkState, from: number): string {
  let first = pieces.length;
  for (let left = length - from; left > 0; left -= pieces[first]?.length ?? left) first--;
  return pieces.slice(first).join('');
}

function write(ink: InkState, text: string): void {
  if (text === '') return;
  writeGap(ink);
  for (const open of ink.active) if (open.from < 0) open.from = ink.length;
  add(ink, text);
}

function writeVerbatim(ink: InkState, style: Style, text: string): void {
  const { active, entities } = ink;
  const isInLink = active.some((open) => open.style?.type === 'text_link');
  if (isInLink || text.trim() === '') return write(ink, text);
  for (const open of active) if (!isQuote(open)) end(ink, open);
  writeGap(ink);
  const offset = ink.length;
  for (const open of active) if (isQuote(open) && open.from < 0) open.from = offset;
  add(ink, text);
  entities.push(placed(style, offset, text.length));
}

function open({ stack, active }: InkState, style: Style): void {
  const isOpen = active.some(
    (outer) => outer.style?.type === style.type || (isQuote(outer) && isQuote({ style })),
  );
  const added: Open = { style: isOpen ? null : style, from: -1 };
  stack.push(added);
  if (!isOpen) active.push(added);
}

/** Records what an open style covers. It starts again with the next text, should it stay open. */
function end({ entities, length }: InkState, open: Open): void {
  if (open.style !== null && open.from >= 0 && length > open.from) {
    entities.push(placed(open.style, open.from, length - open.from));
  }
  open.from = -1;
}

/** Writes the line ends that are due. */
function writeGap(ink: InkState): void {
  if (ink.lines > 0 && ink.length > 0) add(ink, '\n'.repeat(ink.lines));
  ink.lines = 0;
  ink.isStaying = false;
}

function add(ink: InkState, text: string): void {
  ink.pieces.push(text);
  ink.length += text.length;
}

function isQuote({ style }: Pick<Open, 'style'>): boolean {
  return style?.type === 'blockquote' || style?.type === 'expandable_blockquote';
}
