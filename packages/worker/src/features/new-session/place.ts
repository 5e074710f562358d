import * as z from 'zod/mini';

const earlier = z.object({
  /** The agent's own id of it. */
  sessionId: z.string(),
  transcriptPath: z.string(),
  /** The person's first words in it. */
  about: z.string(),
  /** When something was last written, ms since the epoch. */
  at: z.number(),
});

const place = z.object({
  /** The id of the session that is to be started: that of the `/new`. */
  request: z.string(),
  /** The agent that is chosen. */
  agent: z.string(),
  /** The directory that is shown; null: the directories of earlier sessions. */
  path: z.nullable(z.string()),
  /** What the buttons count: names of folders in `path`, or whole paths. */
  names: z.array(z.string()),
  /** How many folders there are beside these. */
  unlisted: z.number(),
  page: z.number(),
  /** Earlier sessions of the agent in `path`. */
  earlier: z.array(earlier),
  /** What the next message is. */
  writing: z.optional(z.enum(['path', 'folder'])),
});

/** Where the person is while choosing a directory. One a chat: a new `/new` begins anew. */
export type Place = z.infer<typeof place>;

/** Reads a place that was kept. Null for what is none, or is of another version. */
export function readPlace(text: string | undefined): Place | null {
  if (text === undefined || text === '') return null;
  try {
    const read = place.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null; // cut off
  }
}
