import fc from 'fast-check';
import { checkCaption, checkEntities, checkKeyboard, checkText } from '@ccbot/sandbox/telegram/strict';
import { checkRich } from '@ccbot/sandbox/telegram/rich';
import { requestOf, shaped } from './request';
import { formsOf, nextCall } from './decide';
import { NO_THREAD, type QueuedView } from './model';
import { anyMarkdown, anyText } from '../fixtures/arbitrary-card';
import { richOf } from '../cards/markdown';
import { newCard } from '../cards/model';
import { paginate } from '../cards/paginate';
import { reduceCard } from '../cards/reduce';
import { renderFinished } from '../cards/render';
import { redactView } from '../cards/redact/redact-view';
import type { View } from '../cards/view';
import { outboxKey } from './keys';
import { wordsIn } from '../words/words';

const words = wordsIn('en');
const reveal = { id: 'id', open: [], words: words.outbox };
const options = { pathOf: () => '/x', repeatMark: words.outbox.repeated };

/** Every request for `view`, in every form, as the strict server of the sandbox reads it. */
function check(view: View): void {
  const queued: QueuedView = { chatId: 1, thread: NO_THREAD, key: outboxKey('k'), class: 'answer', view };
  for (const [i, part] of view.parts.entries()) {
    for (const form of formsOf(part, 'answer')) {
      const parts = view.parts.map((other, j) => (i === j ? shaped(other, form, 'said') : other));
      for (const marked of [false, true]) {
        const { method, payload } = requestOf(queued, parts, { do: 'send', part: i, marked }, options);
        checkKeyboard(payload['reply_markup']);
        if (method === 'sendMessage') checkEntities(payload['entities'], checkText(payload['text']));
        else checkEntities(payload['caption_entities'], checkCaption(payload['caption']));
      }
    }
  }
  for (const { markdown } of view.rich ?? []) checkRich({ markdown });
}

/** Without what shows nothing: it may be left out at the ends of a message. */
const squeeze = (text: string): string =>
  text.replace(/[\s\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, '');

describe('whatever agents write', () => {
  it('becomes requests that a strict server takes, in every form, marked or not, masked or not', () => {
    const table = fc.constantFrom(
      '',
      '\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n',
      `\n\n\`\`\`ts\n${'x\n'.repeat(70)}\`\`\`\n`,
    );
    fc.assert(
      fc.property(anyMarkdown(40), table, anyMarkdown(40), anyText(20), (before, middle, after, prompt) => {
        const events = [
          { type: 'turn.started', at: 0, prompt },
          { type: 'text', at: 1, id: 't', message: 'm', text: `${before}${middle}${after}` },
          { type: 'turn.ended', at: 2, how: 'done' },
        ] as const;
        const card = events.reduce(reduceCard, newCard({ session: 's', name: 'n', agent: 'a' }));
        const view = renderFinished(card, words.card);
        expect(() => check(view)).not.toThrow();
        expect(() => check(redactView(view, { known: ['secret'], reveal }).view)).not.toThrow();
        const posted = view.parts.map((_, part) => ({
          part,
          message: part + 1,
          hash: 'h',
          file: '',
          thread: NO_THREAD,
        }));
        const faces = posted.map(() => ({ hash: 'h', file: '' }));
        expect(
          nextCall(
            { chatId: 1, thread: NO_THREAD, key: outboxKey('k'), class: 'answer', view },
            faces,
            posted,
          ),
        ).toEqual({
          do: 'nothing',
        });
      }),
      { numRuns: 400 },
    );
  });

  it('is whole when its messages are joined, wherever it is split', () => {
    fc.assert(
      fc.property(anyMarkdown(60), fc.integer({ min: 2, max: 300 }), (markdown, limit) => {
        const rich = richOf(markdown);
        const parts = paginate(rich, limit);
        expect(() => check({ parts })).not.toThrow();
        expect(squeeze(parts.map((part) => part.text).join(''))).toBe(squeeze(rich.text));
      }),
      { numRuns: 400 },
    );
  });
});
