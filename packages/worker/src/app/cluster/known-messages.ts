import type { Rooms } from '../model';

/** The messages of which this machine alone can say that they are its own, newest first, `most` at most. */
export function knownMessages(
  { outbox, attachments }: Pick<Rooms, 'outbox' | 'attachments'>,
  most: number,
): { chatId: number; message: number }[] {
  return [...outbox.newestMessages(most), ...attachments.newestMessages(most)]
    .sort((a, b) => b.at - a.at)
    .slice(0, most);
}
