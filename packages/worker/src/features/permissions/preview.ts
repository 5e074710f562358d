import { isAbsolute } from 'node:path';
import { readForeign } from '@ccbot/shared/files/foreign-file';
import { isUnder, type LinkRule } from '@ccbot/shared/files/foreign-rules';
import type { RequestContent } from '../../agents/model';
import { changedLines, changedText } from './diff';

/**
 * The lines that a tool would change in the file as it is now; undefined when it changes none, or we cannot tell. `cwd` is
 * the session's directory.
 */
export async function previewOf({ what }: RequestContent, cwd: string): Promise<string | undefined> {
  if (what.kind !== 'permission') return undefined;
  const { subject } = what;
  if ((subject.type !== 'edit' && subject.type !== 'write') || !isAbsolute(subject.path)) return undefined;
  const before = await textOf(subject.path, cwd);
  if (before === null) return undefined;
  const after = changedText(before, subject);
  const lines = after === null ? null : changedLines(before, after);
  return lines === null || lines === '' ? undefined : lines;
}

async function textOf(path: string, cwd: string): Promise<string | null> {
  // The name that is shown must be the file that is shown: a repository may link one of its names to a key.
  const links: LinkRule = isUnder(path, cwd) ? { within: cwd } : 'refuse';
  try {
    const text = await readForeign(path, 'preview', links);
    return text.includes('\u0000') ? null : text;
  } catch {
    return null; // new, no regular file, or unreadable, which the agent will find out itself
  }
}
