import type { CreateFeature } from '../../app/model';
import { revealButton } from '../../cards/redact/button';
import { commands } from '../../chat/command';

/** Shows what is masked in a message, for the user who asks. */
export const reveal: CreateFeature = ({ world, outbox, redaction }) => ({
  name: 'reveal',
  commands: commands({
    reveal: {
      button: revealButton,
      run({ chatId, ack, words }, { id, part, show }) {
        const isThere = world.store.tx(() => {
          const view = redaction.reveal(chatId, id, part, show);
          if (view !== null) outbox.put(view);
          return view !== null;
        });
        ack(isThere ? undefined : words.expired);
      },
    },
  }),
});
