import { structuredPatch } from 'diff';
import type { Subject } from '../../agents/model';

/** Lines kept around a change. */
const CONTEXT = 3;

/** More changed lines than this are shown as the new text instead: to compare them would take long. */
const MOST_CHANGES = 2_000;

/** The changed lines between two texts, in the way of `diff -u` without its head; null when they differ too much. */
export function changedLines(before: string, after: string): string | null {
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: CONTEXT,
    maxEditLength: MOST_CHANGES,
  });
  if (patch === undefined) return null;
  const many = patch.hunks.length > 1;
  return patch.hunks
    .flatMap((hunk) => [...(many || hunk.oldStart > 1 ? [`@@ ${hunk.oldStart} @@`] : []), ...hunk.lines])
    .join('\n');
}

/** A file's text after the changes that are asked for; null when they do not fit it. */
export function changedText(before: string, subject: Subject): string | null {
  if (subject.type === 'write') return subject.content;
  if (subject.type !== 'edit') return null;
  let text: string | null = before;
  for (const edit of subject.edits) {
    if (text === null || (edit.before === '' ? text !== '' : !text.includes(edit.before))) return null;
    // Not `replace`: what stands for the new text must not be read as a pattern.
    text = edit.all ? text.split(edit.before).join(edit.after) : text.replace(edit.before, () => edit.after);
  }
  return text;
}
