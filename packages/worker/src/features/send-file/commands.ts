import type { QueuedView } from '../../outbox/model';
import type { Handlers } from '../../chat/command';

/** What the buttons under masked messages and offered files need. */
export interface FileCommandDeps {
  /** Notes what the person wants to see; the wish to be put again, or null when it is too late. */
  reveal(chatId: number, id: string, part: number, show: boolean): QueuedView | null;
  /** The person's word on a file that may hold credentials; what to say about it. */
  decide(chatId: number, id: string, send: boolean): Promise<string>;
  put(wanted: QueuedView): void;
  tx<T>(work: () => T): T;
}

/** The buttons that show what is masked, and those that decide about files. */
export function fileCommands(deps: FileCommandDeps): Handlers<'veil' | 'offer'> {
  return {
    veil({ chatId, ack, words }, { id, part, show }) {
      const done = deps.tx(() => {
        const wanted = deps.reveal(chatId, id, part, show);
        if (wanted !== null) deps.put(wanted);
        return wanted !== null;
      });
      ack(done ? undefined : words.expired);
    },
    async offer({ chatId, ack }, { id, send }) {
      ack(await deps.decide(chatId, id, send));
    },
  };
}
