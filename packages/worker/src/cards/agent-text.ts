import { richOf } from './markdown';
import { ENTITY_LIMIT, TEXT_LIMIT } from './paginate';
import { firstIndex } from './partition';
import { isVerbatim, placed, plain, sliceRich, styled } from './rich';
import { signs } from './signs';
import type { Entity, Rich } from './view';

/** Text of an agent, in Markdown, with what an agent must not have in a chat taken out: see {@link guarded}. */
export function agentRich(markdown: string): Rich {
  return guarded(richOf(markdown));
}

/** What an agent is writing, under a heading as on its card: the text of a draft. */
export function draftOf(name: string, writing: string): string {
  return `${signs.writing} ${name}\n${guarded(plain(writing.trim())).text}`.slice(0, TEXT_LIMIT).trim();
}

/** The text of a draft with nothing in it that acts when it is tapped. */
export function inertDraft(text: string): Rich {
  const rich = withoutTaps(plain(text));
  return rich.entities.length <= ENTITY_LIMIT ? rich : styled('pre', text.trim());
}

/**
 * Text that an agent wrote: no line of it starts with a sign of ccbot's own lines, and nothing in it acts when it is
 * tapped. A link opens a page, but a command would be sent to the bot as the user's.
 */
export function guarded(rich: Rich): Rich {
  return withoutTaps(withoutSigns(rich));
}

/**
 * Commands, and addresses that act in the client, as inline code. Clients and server make both tappable on their own, also
 * in a text with entities, but never in code. Mentions, hashtags, mail and web addresses stay: a tap on them sends nothing.
 */
export function withoutTaps(rich: Rich): Rich {
  const covered = rich.entities.filter((entity) => isVerbatim(entity) || entity.type === 'text_link');
  const ranges = covered.map(rangeOf);
  const found = tappable(rich.text, ranges);
  if (found === null) return styled('pre', rich.text.trim());
  const code = without(found, ranges);
  if (code.length === 0) return rich;
  const entities: Entity[] = code.map(({ from, to }) => ({ type: 'code', offset: from, length: to - from }));
  for (const entity of rich.entities) {
    // Only a quote may contain code.
    const pieces = isQuote(entity) ? [rangeOf(entity)] : without([rangeOf(entity)], code);
    for (const { from, to } of pieces) entities.push(placed(entity, from, to - from));
  }
  return sliceRich({ text: rich.text, entities }, 0, rich.text.length);
}

interface Range {
  from: number;
  to: number;
}

const rangeOf = ({ offset, length }: Entity): Range => ({ from: offset, to: offset + length });

/** With more of them a text is a block of code as a whole: no text to read has so many. */
const CODE_MAX = 2_000;

/** As Telegram finds commands (TDLib, match_bot_commands). */
const COMMAND = /(?<![\p{L}\p{N}_/<>])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{1,64})?(?![\p{L}\p{N}_/<>])/gu;

/** The longest scheme that is looked at, UTF-16 units. */
const SCHEME_MAX = 20;

/**
 * What a client would make tappable, in order and apart, beside what starts in `covered`, which is in order. Gives up
 * behind {@link CODE_MAX}: null.
 */
function tappable(text: string, covered: readonly Range[]): Range[] | null {
  const isCovered = (at: number): boolean => (covered[firstBehind(covered, at)]?.from ?? Infinity) <= at;
  const found: Range[] = [];
  for (const { index, 0: word } of text.matchAll(COMMAND)) {
    if (isCovered(index)) continue;
    found.push({ from: index, to: index + word.length });
    if (found.length > CODE_MAX) return null;
  }
  const end = /[\s<>]|$/g;
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', end.lastIndex)) {
    const scheme = /[a-z0-9+.-]*$/i.exec(text.slice(Math.max(0, at - SCHEME_MAX), at))?.[0] ?? '';
    end.lastIndex = at + 3;
    const to = end.exec(text)?.index ?? text.length;
    end.lastIndex = to;
    const isTappable = scheme !== '' && !/https?$/i.test(scheme) && !isCovered(at);
    if (isTappable) found.push({ from: at - scheme.length, to });
    if (found.length > CODE_MAX) return null;
    if (to >= text.length) break;
  }
  return union(found);
}

function union(ranges: Range[]): Range[] {
  const out: Range[] = [];
  for (const range of ranges.sort((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last !== undefined && range.from < last.to) last.to = Math.max(last.to, range.to);
    else out.push({ ...range });
  }
  return out;
}

/** What is left of `ranges` without `holes`; both are in order and apart. */
function without(ranges: readonly Range[], holes: readonly Range[]): Range[] {
  const out: Range[] = [];
  for (const { from, to } of ranges) {
    let at = from;
    for (let i = firstBehind(holes, from); i < holes.length; i++) {
      const hole = holes[i];
      if (hole === undefined || hole.from >= to) break;
      if (hole.from > at) out.push({ from: at, to: hole.from });
      at = Math.max(at, hole.to);
    }
    if (at < to) out.push({ from: at, to });
  }
  return out;
}

/** The index of the first range that ends behind `at`. */
const firstBehind = (ranges: readonly Range[], at: number): number => firstIndex(ranges, ({ to }) => to > at);

const isQuote = ({ type }: Entity): boolean => type === 'blockquote' || type === 'expandable_blockquote';

/** The signs with which ccbot's own lines start: headings, tools, to-dos, requests, notices. */
const OWN_SIGN =
  /^[\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\p{Zs}\t]*[▸▹✓✔✗✘■●○◐⏳⌛⏱❯✍✎⚠❓💤↻↪⌨⏹🔐🔒🔏📋🤖]/u;

/** Put before an agent's line that starts with such a sign. */
const QUOTED = '› ';

/** How much of a line is looked at for a sign, UTF-16 units: only invisible characters come before it. */
const START_MAX = 64;

/** Marks the lines that start with a sign of ccbot's own, except in blocks of code, which look different anyway. */
function withoutSigns(rich: Rich): Rich {
  const { text } = rich;
  const blocks = rich.entities.filter(({ type }) => type === 'pre').map(rangeOf);
  const marks: number[] = [];
  for (let at = 0; ;) {
    const block = blocks[firstBehind(blocks, at)];
    const isInBlock = block !== undefined && block.from <= at;
    if (!isInBlock && OWN_SIGN.test(text.slice(at, at + START_MAX))) marks.push(at);
    const next = text.indexOf('\n', at);
    if (next < 0) break;
    at = next + 1;
  }
  return marks.length === 0 ? rich : withMarks(rich, marks);
}

function withMarks({ text, entities }: Rich, marks: readonly number[]): Rich {
  const pieces = marks.map((mark, i) => text.slice(marks[i - 1] ?? 0, mark));
  const marked = [...pieces, text.slice(marks.at(-1) ?? 0)].join(QUOTED);
  const before = (at: number): number => at + QUOTED.length * firstIndex(marks, (mark) => mark >= at);
  const upTo = (at: number): number => at + QUOTED.length * firstIndex(marks, (mark) => mark > at);
  return {
    text: marked,
    entities: entities.map((entity) => {
      // A quote begins with its line; other styles leave the mark out.
      const from = isQuote(entity) ? before(entity.offset) : upTo(entity.offset);
      return placed(entity, from, before(entity.offset + entity.length) - from);
    }),
  };
}
