import type { CreateFeature } from '../../app/model';
import { KINDS } from '../../agents/registry';
import { renderNotice } from '../../cards/render';
import { outboxKey } from '../../outbox/keys';
import { createGuard } from './guard';
import { changedAt, filesToGuard } from './files';
import { changeText } from './view';
import { guardedFileWords } from './words/words';

/** Tells the users when ccbot's settings, or its hooks in an agent's settings, were changed by anything but ccbot. */
export const guardedFiles: CreateFeature = ({ world, settings, people, outbox }) => {
  const { paths, home, env, store, log } = world;
  const guard = createGuard({
    files: filesToGuard(KINDS, { paths, home, env }),
    approved: paths.approved,
    disk: { store, settings },
    users: people.chats,
    tell(file, change, { to, isStart }) {
      const now = world.now();
      const { path, about } = file;
      const shown = { path, about, change, at: changedAt(file) ?? now, now, isStart };
      for (const chatId of to) {
        const view = renderNotice(changeText(shown, people.wordsOf(chatId).of(guardedFileWords)));
        outbox.put({
          chatId,
          thread: 'chat',
          key: outboxKey('guarded-file', file.id, now),
          view,
          class: 'notice',
        });
      }
    },
    log,
  });
  return { name: 'guarded-files', start: () => guard.start(), stop: () => guard.stop() };
};
