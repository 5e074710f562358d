/** What is told of a database that was made anew. Markdown. */
export const salvage = {
  rebuilt:
    'The database {{path}} could not be opened ({{reason}}); it was set aside as {{aside}} and a new one was made. Sessions come back by their windows; the old file is kept.',
  whole: 'All that was in it could be read and is taken over: {{held}}.',
  damaged: 'Taken over: {{held}}.\n\nNot or not all could be read: {{lost}}. Write again what you miss.',
  held: '{{messages}} for agents that they do not have yet, and {{shows}} still to be shown here',
  messages_one: '{{count}} message',
  messages_other: '{{count}} messages',
  sessions: 'sessions (those with a window come back by it)',
  tails: 'how far the agents’ records were read',
  settings: 'choices made in the chat',
  told: 'which messages Telegram has been told of',
  updates: 'messages that were not understood yet',
  prompts: 'messages that were not typed yet',
  parcels: 'messages on their way to an agent',
  files: 'which files came in',
  wishes: 'what was still to be sent',
  posted: 'which messages show what',
  pauses: 'when Telegram may be called again',
  asks: 'requests of agents',
  veiled: 'what is masked in older messages',
  offers: 'files that wait for a tap',
} as const;
