import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { RequestContent } from '../../agents/model';
import { changedLines, changedText } from './diff';

/** A longer file is not compared, bytes. */
const FILE_MAX = 1024 * 1024;

/** The lines that a tool would change in the file as it is now; undefined when it changes none, or we cannot tell. */
export async function previewOf({ what }: RequestContent): Promise<string | undefined> {
  if (what.kind !== 'permission') return undefined;
  const { subject } = what;
  if ((subject.type !== 'edit' && subject.type !== 'write') || !isAbsolute(subject.path)) return undefined;
  const before = await textOf(subject.path);
  if (before === null) return undefined;
  const after = changedText(before, subject);
  const lines = after === null ? null : changedLines(before, after);
  return lines === null || lines === '' ? undefined : lines;
}

async function textOf(path: string): Promise<string | null> {
  try {
    const stats = await stat(path);
    // Reading a pipe would never end.
    if (!stats.isFile() || stats.size > FILE_MAX) return null;
    const text = await readFile(path, 'utf8');
    return text.includes('\u0000') ? null : text;
  } catch {
    return null; // new, or unreadable, which the agent will find out itself
  }
}
