import { renderNotice } from '../cards/render';
import { outboxKey } from '../outbox/keys';
import type { Words } from '../words/words';
import type { Rooms } from './model';

/** Sends a notice to every user, each in their language. `name`: names the notice, so that a second one replaces the first. */
export function tellAll(
  { people, outbox }: Pick<Rooms, 'people' | 'outbox'>,
  name: string,
  text: (words: Words) => string,
): void {
  for (const chatId of people.chats) {
    const view = renderNotice(text(people.wordsOf(chatId)));
    outbox.put({ chatId, thread: 'chat', key: outboxKey(name), view, class: 'notice' });
  }
}
