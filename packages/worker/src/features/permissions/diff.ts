import { structuredPatch } from 'diff';
import type { Subject } from '../../agents/model';

/** Unchanged lines around a change. */
const CONTEXT = 3;

/**
 * With more changes in a request the new text is shown instead: the time to compare grows with their square. It is spent on
 * the main thread, at each change of the message.
 */
const MOST_CHANGES = 300;

/** Longer texts, UTF-16 units together, are not compared. A request that long can only be answered at the terminal. */
const TEXT_MAX = 512_000;

/** Nor are more lines together: a hundred thousand take longer than the main thread may be kept busy, however short they are. */
const LINES_MAX = 50_000;

/** The line of a diff after a line that has no end. */
const NO_NEWLINE = '\\ No newline at end of file';

/**
 * The changed lines between two texts, as `diff -u` prints them without its header, with `context` unchanged lines around
 * them; null when they differ too much or are too long. `share`: how many comparisons there are.
 */
export function changedLines(before: string, after: string, context = CONTEXT, share = 1): string | null {
  if (before.length + after.length > TEXT_MAX) return null;
  if (lineEnds(before) + lineEnds(after) > LINES_MAX) return null;
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context,
    maxEditLength: Math.ceil(MOST_CHANGES / Math.sqrt(share)),
  });
  if (patch === undefined) return null;
  const hasManyHunks = patch.hunks.length > 1;
  return patch.hunks
    .flatMap((hunk) => [
      ...(hasManyHunks || hunk.oldStart > 1 ? [`@@ ${hunk.oldStart} @@`] : []),
      ...hunk.lines,
    ])
    .join('\n');
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/**
 * All lines of two pieces of text, with what changes between them; null when they differ too much to compare, or not at
 * all. A piece ends where its last line ends: one with a line end there has an empty last line. `share`: of how many pieces
 * it is one.
 */
export function allLines(before: string, after: string, share: number): string | null {
  const lines = changedLines(`${before}\n`, `${after}\n`, Number.MAX_SAFE_INTEGER, share);
  const [whole] = lines === null ? [] : textsOf(lines);
  return whole?.before === `${before}\n` && whole.after === `${after}\n` ? lines : null;
}

/** Whether a diff shows everything that a tool would write, and in edits what that replaces. */
export function showsAll(diff: string, subject: Subject): boolean {
  const texts = textsOf(diff);
  if (subject.type === 'write') return texts.length === 1 && texts[0]?.after === subject.content;
  if (subject.type !== 'edit') return false;
  return subject.edits.every((edit) =>
    texts.some(({ before, after }) => before.includes(edit.before) && after.includes(edit.after)),
  );
}

interface HunkTexts {
  before: string;
  after: string;
}

/** What each hunk of a diff says of the text before and after it. */
function textsOf(diff: string): HunkTexts[] {
  const hunks: HunkTexts[] = [];
  let current: HunkTexts | undefined;
  let last = '';
  for (const line of diff.split('\n')) {
    if (line.startsWith('@@') || current === undefined) hunks.push((current = { before: '', after: '' }));
    if (line.startsWith('@@')) continue;
    if (line === NO_NEWLINE) {
      if (last !== '+') current.before = current.before.slice(0, -1);
      if (last !== '-') current.after = current.after.slice(0, -1);
      continue;
    }
    last = line.charAt(0);
    if (last !== '+') current.before += `${line.slice(1)}\n`;
    if (last !== '-') current.after += `${line.slice(1)}\n`;
  }
  return hunks;
}

/** A file's text after the requested changes; null when they do not fit it. */
export function changedText(before: string, subject: Subject): string | null {
  if (subject.type === 'write') return subject.content;
  if (subject.type !== 'edit') return null;
  let text: string | null = before;
  for (const edit of subject.edits) {
    if (text === null || (edit.before === '' ? text !== '' : !text.includes(edit.before))) return null;
    // Not `replace` with a string: `$&` in the new text would be a pattern.
    text = edit.all ? text.split(edit.before).join(edit.after) : text.replace(edit.before, () => edit.after);
  }
  return text;
}
