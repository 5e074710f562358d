import type { PageMessage } from '../snapshot';
import { byId } from './dom';

/** An edited message is read aloud after it has not changed for this long, ms. */
const REST_MS = 1_500;

/** Reads messages of the bot to screen readers. */
export interface Announcer {
  /** Reads new messages at once and an edited one when it rests, so that not every step of a card is read. */
  announce(fresh: readonly PageMessage[], edited: PageMessage | undefined): void;
}

export function createAnnouncer(): Announcer {
  const region = byId('announcement');
  let timer = 0;
  const read = ({ text }: PageMessage): void => {
    region.textContent = `ccbot: ${text}`;
  };
  return {
    announce(fresh, edited) {
      const first = fresh.find((m) => m.fromBot);
      if (first !== undefined) read(first);
      clearTimeout(timer);
      if (edited !== undefined) timer = window.setTimeout(() => read(edited), REST_MS);
    },
  };
}
