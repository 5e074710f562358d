import { code } from './en';

/** What the chat says about choosing between sessions. */
export const switcherWords = {
  all: (n: number): string => `☰ all ${n}`,
  /** A message was an answer to one of a session that takes none any more. */
  quotedOver: (name: string): string =>
    `That message is of ${code(name)}, which has ended, so yours was not passed on. Have it go on from the /archive, or write without quoting.`,
} as const;
