import type { CreateFeature } from '../../app/model';
import { revealButton } from '../../cards/redact/button';
import { commands } from '../../chat/command';

/** Shows or hides again what is masked in a message. */
export const reveal: CreateFeature = ({ world, outbox, redaction }) => ({
  name: 'reveal',
  commands: commands({
    reveal: {
      button: revealButton,
      run({ chatId, ack, words }, { id, part, show }) {
        const isKnown = world.store.tx(() => {
          const view = redaction.reveal(chatId, id, part, show);
          if (view !== null) outbox.put(view);
          return view !== null;
        });
        ack(isKnown ? undefined : words.expired);
      },
    },
  }),
});
