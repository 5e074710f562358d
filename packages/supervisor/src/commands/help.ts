import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HelpDeps {
  /** The documentation pages, which the build copies next to the bundle. */
  directory: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/** The names of the pages for `ccbot help TOPIC`. Empty if nothing was built. */
export function topics(directory: string): string[] {
  try {
    return readdirSync(directory)
      .flatMap((name) => (name.endsWith('.md') ? [name.slice(0, -3)] : []))
      .sort();
  } catch {
    return []; // running from the sources
  }
}

/** Prints a page. If there is no such page, prints the list of pages and returns 2. */
export function helpTopic(topic: string, { directory, out, err }: HelpDeps): number {
  const known = topics(directory);
  if (!known.includes(topic)) {
    err.write(`ccbot help: there is no page “${topic.slice(0, 60)}”. Pages: ${known.join(', ')}\n`);
    return 2;
  }
  out.write(readFileSync(join(directory, `${topic}.md`), 'utf8'));
  return 0;
}
