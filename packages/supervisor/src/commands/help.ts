import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the pages are: the documents, copied beside the bundle when it is built. */
export interface HelpDeps {
  directory: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/** The pages that `ccbot help TOPIC` can print, by name. Empty where nothing was built. */
export function topics(directory: string): string[] {
  try {
    return readdirSync(directory)
      .flatMap((name) => (name.endsWith('.md') ? [name.slice(0, -3)] : []))
      .sort();
  } catch {
    return []; // run from the sources: the documents are in docs/
  }
}

/** Prints a page; 2 with the list of pages when there is none of that name. */
export function helpTopic(topic: string, { directory, out, err }: HelpDeps): number {
  const known = topics(directory);
  if (!known.includes(topic)) {
    err.write(`ccbot help: no page is called “${topic.slice(0, 60)}”; there are: ${known.join(', ')}\n`);
    return 2;
  }
  out.write(readFileSync(join(directory, `${topic}.md`), 'utf8'));
  return 0;
}
