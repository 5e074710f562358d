/** What a table holds, for the person. */
const HOLDS: Readonly<Record<string, string>> = {
  sessions: 'sessions (those with a window come back by it)',
  tails: 'how far the agents’ records were read',
  settings: 'choices made in the chat',
  next_update: 'which messages Telegram has been told of',
  updates: 'messages that were not understood yet',
  prompts: 'messages that were not typed yet',
  parcels: 'messages on their way to an agent',
  parcel_messages: 'messages on their way to an agent',
  inbox_files: 'which files came in',
  wishes: 'what was still to be sent',
  posted: 'which messages show what',
  pauses: 'when Telegram may be called again',
  asks: 'requests of agents',
  veiled: 'what is masked in older messages',
  offers: 'files that wait for a tap',
};

/** What is told of a database that was made anew. Markdown. */
export const salvageWords = {
  /** `damaged`: the tables that could not be read in whole. */
  tookOver(messages: number, shows: number, damaged: readonly string[]): string {
    const held = `${count(messages, 'message')} for agents that they do not have yet, and ${count(shows, 'message')} still to be shown here`;
    if (damaged.length === 0) return `All that was in it could be read and is taken over: ${held}.`;
    const lost = [...new Set(damaged.map((table) => HOLDS[table] ?? table))].join('; ');
    return `Taken over: ${held}.\n\nNot or not all could be read: ${lost}. Write again what you miss.`;
  },
};

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
