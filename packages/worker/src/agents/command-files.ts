import { promises } from 'node:fs';
import { join } from 'node:path';
import type { AgentCommand } from './agent';
import { fileHead } from './file-head';
import { readFrontMatter } from './front-matter';

/** No directory of commands is looked into deeper, and of none are more files read. */
const DEEPEST = 4;
const MOST_FILES = 200;

/** What stands in the head of a file of a command is in its first bytes. */
const HEAD_BYTES = 4_096;

/**
 * The commands that are Markdown files below `dir`: the file's name is the command's, what stands before it in
 * directories comes first, with `:` between. What cannot be read is left out.
 */
export async function commandFiles(dir: string): Promise<AgentCommand[]> {
  const found: AgentCommand[] = [];
  async function look(at: string, before: string, depth: number): Promise<void> {
    for (const name of await namesIn(at)) {
      if (found.length >= MOST_FILES) return;
      const path = join(at, name);
      const base = /^(.+)\.md$/i.exec(name)?.[1];
      if (base !== undefined) await add(found, path, `${before}${base}`);
      else if (depth < DEEPEST && !name.startsWith('.')) await look(path, `${before}${name}:`, depth + 1);
    }
  }
  await look(dir, '', 1);
  return found;
}

/** The skills below `dir` that a person may call: each a directory, whose name is the skill's, with a `SKILL.md`. */
export async function skillDirectories(dir: string): Promise<AgentCommand[]> {
  const found: AgentCommand[] = [];
  for (const name of (await namesIn(dir)).slice(0, MOST_FILES)) {
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

/** In the order of the alphabet, so that the same files are always the same list. */
async function namesIn(dir: string): Promise<string[]> {
  return (await promises.readdir(dir).catch(() => [])).sort(); // not there, or no directory
}
