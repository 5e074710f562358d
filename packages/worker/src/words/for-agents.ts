/** What an agent reads besides the user's own words. Plain text, in English for users of every language. */
export const forAgents = {
  age: (duration: string) => `(This was written ${duration} ago and arrives only now.)`,
  minutes: (n: number) => `${n} minutes`,
  hours: (n: number) => `${n} hours`,
  days: (n: number) => `${n} days`,
  file: {
    photo: 'Photo',
    voice: 'Voice message',
    video_note: 'Video message',
    video: 'Video',
    audio: 'Audio',
    animation: 'Animation',
    document: 'File',
  },
  fileMissing: (name: string, reason: string) => `${name}: not available (${reason})`,
  location: (degrees: string, accuracy: number | undefined, live: boolean) =>
    `${live ? 'Live location, as it was when shared' : 'Location'}: ${degrees}${accuracy === undefined ? '' : ` (within ${Math.round(accuracy)} m)`}`,
  venue: (degrees: string, title: string, address: string) =>
    `Place: ${[title, address].filter(Boolean).join(', ')} (${degrees})`,
  contact: (name: string, phone: string) => `Contact: ${[name, phone].filter(Boolean).join(', ')}`,
  sticker: (emoji: string, set: string) =>
    `Sticker${emoji === '' ? '' : ` ${emoji}`}${set === '' ? '' : ` (of the set ${set})`}`,
  forwarded: (from: string, at: string) =>
    `Forwarded${from === '' ? '' : ` from ${from}`}${at === '' ? '' : `, written ${at}`}:`,
  quotesBot: 'In reply to this message of yours:',
  quotesUser: 'In reply to this earlier message of mine:',
  quotesOther: (name: string) => `In reply to this${name === '' ? '' : ` by ${name}`}:`,
  /** In front of a text that would be a command, but holds words of others. */
  notRun: '(Not run as a command, because not all of it was written by me:)',
  transcribed: (path: string) => `(Transcribed from a voice message: ${path})`,
  /** Typed when a limit has reset and the user has written nothing else. */
  resume: 'continue',
  /** For an agent whose request was denied without a reason. */
  denial: {
    permission:
      'The user denied this request. Do not try to do it in another way. Continue without it, or ask the user first.',
    questions: 'The user chose not to answer. Decide yourself, or ask in another way.',
    plan: 'The user did not approve this plan. Ask what to change.',
  },
} as const;
