/** What an agent reads beside the person's own words. Plain text, in English whatever the person speaks: agents are told in it how they are used here. */
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
  quotesOwn: 'In reply to this earlier message of mine:',
  quotesOther: (name: string) => `In reply to this${name === '' ? '' : ` by ${name}`}:`,
  spoken: (path: string) => `(Transcribed from a voice message: ${path})`,
  /** Typed at a limit's reset, where the person wrote nothing that says more. */
  goOn: 'continue',
  /** Said to an agent whose request was denied without a reason. */
  denial: {
    permission:
      'The person denied this on their phone. Do not do it in another way; go on without it, or ask them first.',
    questions: 'The person did not want to answer. Go on as you think best, or ask in another way.',
    plan: 'The person does not approve this plan. Ask them what to change.',
  },
} as const;
