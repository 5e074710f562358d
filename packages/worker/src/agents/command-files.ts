import { promises } from 'node:fs';
import { join } from 'node:path';
import type { AgentCommand } from './agent';
import { fileHead } from './file-head';
import { readFrontMatter } from './front-matter';

/** Limits of the search below a directory of commands: its depth, and the number of files. */
const MAX_DEPTH = 4;
const MAX_FILES = 200;

/** The front matter of a command file fits into its first bytes. */
const HEAD_BYTES = 4_096;

/**
 * The commands in the Markdown files below `dir`. A command has the name of its file, prefixed by its directories with
 * `:` between them. Skips files that cannot be read.
 */
export async function commandFiles(dir: string): Promise<AgentCommand[]> {
  const found: AgentCommand[] = [];
  async function search(folder: string, prefix: string, depth: number): Promise<void> {
    for (const name of await namesIn(folder)) {
      if (found.length >= MAX_FILES) return;
      const path = join(folder, name);
      const base = /^(.+)\.md$/i.exec(name)?.[1];
      if (base !== undefined) await add(found, path, `${prefix}${base}`);
      else if (depth < MAX_DEPTH && !name.startsWith('.')) await search(path, `${prefix}${name}:`, depth + 1);
    }
  }
  await search(dir, '', 1);
  return found;
}

/** The skills below `dir` that the user may call. Each is a directory with a `SKILL.md`, named after the skill. */
export async function skillDirectories(dir: string): Promise<AgentCommand[]> {
  const found: AgentCommand[] = [];
  for (const name of (await namesIn(dir)).slice(0, MAX_FILES)) {
    if (!name.startsWith('.')) await add(found, join(dir, name, 'SKILL.md'), name);
  }
  return found;
}

async function add(to: AgentCommand[], path: string, name: string): Promise<void> {
  const head = await fileHead(path, HEAD_BYTES);
  if (head === null) return;
  const { about, callable } = readFrontMatter(head);
  if (callable) to.push({ name, typed: `/${name}`, about });
}

/** Sorted, so that the same files always give the same list. */
async function namesIn(dir: string): Promise<string[]> {
  return (await promises.readdir(dir).catch(() => [])).sort(); // missing, or not a directory
}
