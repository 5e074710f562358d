import { structuredPatch } from 'diff';
import type { Subject } from '../../agents/model';

/** Unchanged lines around a change. */
const CONTEXT = 3;

/** With more changes the new text is shown instead: comparing would take long. */
const MOST_CHANGES = 2_000;

/** The changed lines between two texts, as `diff -u` prints them without its header; null when they differ too much. */
export function changedLines(before: string, after: string): string | null {
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: CONTEXT,
    maxEditLength: MOST_CHANGES,
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
