import { graphemeBorder } from '../../cards/clean';
import { join, plain, sliceRich } from '../../cards/rich';
import type { Rich } from '../../cards/view';

/** How much of the room the start gets; the rest is for the end. */
const HEAD_SHARE = 0.6;

/** A message has 100 entities; heading and footer need a few. */
const MOST_ENTITIES = 45;

/**
 * The start and the end of `body` in at most `max` UTF-16 units, with `words` between them for the number of characters
 * that are left out; `body` itself where it fits. Nothing printed as `⟨…⟩` is cut.
 */
export function headAndTail(body: Rich, max: number, words: (left: number) => string): Rich {
  const { length } = body.text;
  if (length <= max) return withFewEntities(sliceRich(body, 0, length));
  const head = borderBefore(body.text, Math.floor(max * HEAD_SHARE));
  const tail = borderAfter(body.text, length - (max - head));
  const cut = plain(`⟨${words(tail - head)}⟩`);
  return join(
    [withFewEntities(sliceRich(body, 0, head)), cut, withFewEntities(sliceRich(body, tail, length))],
    '\n\n',
  );
}

function withFewEntities({ text, entities }: Rich): Rich {
  return { text, entities: entities.slice(0, MOST_ENTITIES * 2) };
}

/** A place before `at` between two lines, or between two characters where a line is long. */
function borderBefore(text: string, at: number): number {
  const line = text.lastIndexOf('\n', at);
  if (line > at / 2) return line;
  const border = graphemeBorder(text, 0, at);
  return isInToken(text, border) ? text.lastIndexOf('⟨', border - 1) : border;
}

/** A place from `at` on. */
function borderAfter(text: string, at: number): number {
  const line = text.indexOf('\n', at);
  if (line >= 0 && line < at + (text.length - at) / 2) return line;
  const border = graphemeBorder(text, at, Math.min(text.length, at + 2));
  return isInToken(text, border) ? text.indexOf('⟩', border) + 1 : border;
}

function isInToken(text: string, at: number): boolean {
  const open = text.lastIndexOf('⟨', at - 1);
  return open >= 0 && at - open < TOKEN_MAX && text.indexOf('⟩', open) >= at;
}

/** Longer than every `⟨…⟩`, UTF-16 units. */
const TOKEN_MAX = 24;
