import { renderNotice } from '../../../cards/render';
import { button, withButtons } from '../../../cards/button';
import type { People } from '../../../chat/people';
import { outboxKey } from '../../../outbox/keys';
import { threadOf } from '../../../outbox/model';
import type { Outbox } from '../../../outbox/outbox';
import type { Words } from '../../../words/words';
import { moveButton } from '../buttons';
import { handoverWords } from '../words/words';

type HandoverTexts = ReturnType<(typeof handoverWords)['words']>;

/** Where a handover was asked for. `key`: that of its offer. */
export interface Asked {
  key: string;
  chatId: number;
  thread: number;
}

/** What the chat shows of a handover. Said again after a crash, each is the same message. */
export interface HandoverChat {
  /** `name`: tells it from the others of this handover. */
  tell(asked: Asked, name: string, text: (texts: HandoverTexts, words: Words) => string): void;
  /** The question of a plan; without what it is about it is answered, and has no buttons. */
  ask(asked: Asked, nonce: string, text: (texts: HandoverTexts) => string, about?: 'push' | 'move'): void;
}

export function createHandoverChat(
  outbox: Pick<Outbox, 'put'>,
  people: Pick<People, 'wordsOf'>,
): HandoverChat {
  const textsOf = (words: Words): HandoverTexts => words.of(handoverWords);
  return {
    tell({ key, chatId, thread }, name, text) {
      const words = people.wordsOf(chatId);
      const view = renderNotice(text(textsOf(words), words));
      const to = { chatId, thread: threadOf(thread), key: outboxKey('handover', key, name) };
      outbox.put({ ...to, view, class: 'notice' });
    },
    ask({ key, chatId, thread }, nonce, text, about) {
      const texts = textsOf(people.wordsOf(chatId));
      const answers = [
        button(moveButton, texts.go(about === 'push'), { nonce, go: true }),
        button(moveButton, texts.cancel, { nonce, go: false }),
      ];
      const view = withButtons(renderNotice(text(texts)), about === undefined ? undefined : [answers]);
      const to = { chatId, thread: threadOf(thread), key: outboxKey('handover', key, 'ask', nonce) };
      outbox.put({ ...to, view, class: 'ask' });
    },
  };
}
