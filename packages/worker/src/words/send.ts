/** What is said about files that agents send. Plain text, not Markdown. */
export const sendWords = {
  noSession:
    'this is not a session of ccbot (CCBOT_SESSION names none that runs); only an agent in one can send files',
  noChat: (chat: number) => `${chat} is no chat of a person in ALLOWED_USERS`,
  notCopied: (reason: string) => `it could not be copied: ${reason}`,
  held: 'it may hold credentials, so the person is asked first; it is sent when they tap “Send it”',
  offered: (session: string, name: string, size: number) =>
    `🔑 ${session} wants to send you ${name} (${sizeOf(size)}). It may hold credentials, and Telegram keeps what is sent. Send it?`,
  sendIt: 'Send it',
  doNot: 'Do not',
  agreed: (name: string) => `${name} is being sent.`,
  notSent: (name: string) => `${name} was not sent.`,
  offerOver: 'This question is over.',
  offerGone: (name: string) => `${name} is not there any more; nothing was sent.`,
  offerChanged: (name: string) => `${name} has changed since you were asked; nothing was sent.`,
} as const;

/** A size for people: `812 B`, `1.2 KB`, `48 MB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB'];
  let size = bytes / 1_024;
  let unit = 0;
  for (; size >= 1_024 && unit < units.length - 1; unit++) size /= 1_024;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
