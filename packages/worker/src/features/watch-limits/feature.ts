import type { CreateFeature } from '../../app/model';
import { renderNotice } from '../../cards/render';
import { outboxKey } from '../../outbox/keys';
import { watchLimitWords } from './words/words';

/** Tells every user once that the system has no file watch left, so that files are looked at once a second. */
export const watchLimits: CreateFeature = ({ world, watch, people, outbox }) => ({
  name: 'watch-limits',
  start() {
    watch.health.listen(() => {
      world.log('warn', 'no file watch left', { missing: watch.health.missing() });
      for (const chatId of people.chats) {
        const text = people.wordsOf(chatId).of(watchLimitWords).exhausted;
        // The same message under the same key is not sent again.
        const view = renderNotice(text);
        outbox.put({ chatId, thread: 'chat', key: outboxKey('watch-limit'), view, class: 'notice' });
      }
    });
  },
});
