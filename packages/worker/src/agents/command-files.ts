import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { entriesOfForeign } from '@ccbot/shared/files/foreign-directory';
import type { LinkRule } from '@ccbot/shared/files/foreign-rules';
import type { AgentCommand } from './agent';
import { fileHead } from './file-head';
import { readFrontMatter } from './front-matter';

/** Limits of the search below a directory of commands: its depth, the commands found, and the entries looked at. */
const MAX_DEPTH = 4;
const MAX_FOUND = 200;
const MAX_ENTRIES = 5_000;

/** A directory of commands or skills, and where links in it may lead. */
export interface CommandPlace {
  path: string;
  links: LinkRule;
}

/**
 * The commands in the Markdown files below a directory. A command has the name of its file, prefixed by its directories
 * with `:` between them. Skips files that cannot be read, and links that lead out.
 */
export async function commandFiles({ path: top, links }: CommandPlace): Promise<AgentCommand[]> {
  const found: AgentCommand[] = [];
  let looked = 0;
  async function search(folder: string, prefix: string, depth: number): Promise<void> {
    for (const entry of await sortedEntries({ path: folder, links })) {
      if (found.length >= MAX_FOUND || ++looked > MAX_ENTRIES) return;
      const { name } = entry;
      const path = join(folder, name);
      const base = /^(.+)\.md$/i.exec(name)?.[1];
      if (base !== undefined) await add(found, { path, links }, `${prefix}${base}`);
      else if (depth < MAX_DEPTH && isFolder(entry)) await search(path, `${prefix}${name}:`, depth + 1);
    }
  }
  await search(top, '', 1);
  return found;
}

/** The skills below a directory that the user may call. Each is a directory with a `SKILL.md`, named after the skill. */
export async function skillDirectories({ path: top, links }: CommandPlace): Promise<AgentCommand[]> {
  const found: AgentCommand[] = [];
  const folders = (await sortedEntries({ path: top, links })).filter(isFolder).slice(0, MAX_FOUND);
  for (const { name } of folders) await add(found, { path: join(top, name, 'SKILL.md'), links }, name);
  return found;
}

async function add(to: AgentCommand[], { path, links }: CommandPlace, name: string): Promise<void> {
  const head = await fileHead(path, 'commandHead', links);
  if (head === null) return;
  const { about, callable } = readFrontMatter(head);
  if (callable) to.push({ name, typed: `/${name}`, about });
}

/** Sorted, so that the same files always give the same list. */
async function sortedEntries({ path, links }: CommandPlace): Promise<Dirent[]> {
  const entries = await entriesOfForeign(path, 'commands', links);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A link may lead to a directory. */
function isFolder(entry: Dirent): boolean {
  return !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink());
}
