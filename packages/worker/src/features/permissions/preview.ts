import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { RequestContent } from '../../agents/model';
import { changedLines, changedText } from './diff';

/** A longer file, bytes, is not compared. */
const FILE_MAX = 1024 * 1024;

/**
 * The lines that a tool would change in the file as it is now; undefined when it changes none, or that cannot be told:
 * the request is shown by itself then.
 */
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
    const found = await stat(path);
    // A pipe would never come to its end.
    if (!found.isFile() || found.size > FILE_MAX) return null;
    const text = await readFile(path, 'utf8');
    return text.includes('\u0000') ? null : text;
  } catch {
    return null; // new, or not to be read: the agent will be told so itself
  }
}
