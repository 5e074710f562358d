import type { Wanted } from './wanted';
import { afterFailure, markRepeated, nextCall, REPEAT_MARK } from './decide';

const wanted = (kind: Wanted['class'], parts: number): Wanted => ({
  chatId: 1,
  key: 'k',
  class: kind,
  view: { parts: Array.from({ length: parts }, (_, i) => ({ text: `part ${i}`, entities: [] })) },
});
const calm = { tries: 0, plain: false, chance: 0.5 };

describe('the next call', () => {
  it('sends what is not there, part by part', () => {
    expect(nextCall(wanted('answer', 2), ['a', 'b'], [])).toEqual({ do: 'send', part: 0, marked: false });
    expect(nextCall(wanted('answer', 2), ['a', 'b'], [{ part: 0, message: 5, hash: 'a' }])).toEqual({
      do: 'send',
      part: 1,
      marked: false,
    });
  });

  it('edits what looks different and leaves alone what does not', () => {
    const posted = [{ part: 0, message: 5, hash: 'old' }];
    expect(nextCall(wanted('card', 1), ['new'], posted)).toEqual({ do: 'edit', part: 0, message: 5 });
    expect(nextCall(wanted('card', 1), ['old'], posted)).toEqual({ do: 'nothing' });
  });

  it('deletes what is too much, also when it is nobody knows whether it was sent', () => {
    const posted = [
      { part: 0, message: 5, hash: 'a' },
      { part: 1, message: null, hash: 'b' },
    ];
    expect(nextCall(wanted('card', 0), [], posted)).toEqual({ do: 'delete', parts: [0, 1], messages: [5] });
  });

  it('sends again, marked, an answer of which nobody knows whether it arrived; a card unmarked', () => {
    const unknown = [{ part: 0, message: null, hash: 'a' }];
    expect(nextCall(wanted('answer', 1), ['a'], unknown)).toMatchObject({ do: 'send', marked: true });
    expect(nextCall(wanted('card', 1), ['a'], unknown)).toMatchObject({ do: 'send', marked: false });
  });
});

describe('after a failure', () => {
  it('waits as long as a 429 says, for the whole chat', () => {
    const failure = { kind: 'not-delivered', text: '', retryAfterMs: 71_000 } as const;
    expect(afterFailure('send', failure, calm)).toEqual({
      do: 'wait',
      waitMs: 71_000,
      rebuild: false,
      chat: true,
    });
  });

  it('waits longer with each try, over a new connection, and never for ever', () => {
    const failure = { kind: 'unknown', text: '' } as const;
    const waits = [0, 1, 5, 500].map((tries) => afterFailure('send', failure, { ...calm, tries }));
    expect(waits.map((w) => (w.do === 'wait' ? w.waitMs : -1))).toEqual([500, 1_000, 16_000, 30_000]);
  });

  const refused = (reason: 'not-modified' | 'message-gone' | 'forbidden' | 'other' | 'too-large') =>
    ({ kind: 'refused', reason, code: 400, text: '' }) as const;

  it('takes "not modified" for success and a gone message for one to send anew', () => {
    expect(afterFailure('edit', refused('not-modified'), calm)).toEqual({ do: 'accept' });
    expect(afterFailure('edit', refused('message-gone'), calm)).toEqual({ do: 'forget' });
    expect(afterFailure('delete', refused('message-gone'), calm)).toEqual({ do: 'accept' });
  });

  it('tries a refused text once more without formatting before it gives up', () => {
    expect(afterFailure('send', refused('other'), calm)).toEqual({ do: 'plain' });
    expect(afterFailure('send', refused('other'), { ...calm, plain: true })).toEqual({ do: 'drop' });
  });

  it('drops what is for somebody who blocked the bot', () => {
    expect(afterFailure('send', refused('forbidden'), calm)).toEqual({ do: 'drop' });
  });
});

describe('the mark of a possible repetition', () => {
  it('moves the entities with the text', () => {
    const part = { text: 'bold', entities: [{ type: 'bold' as const, offset: 0, length: 4 }] };
    const marked = markRepeated(part, 4_096);
    expect(marked.text.slice(marked.entities[0]?.offset)).toBe('bold');
  });

  it('is left out where it does not fit', () => {
    const part = { text: 'x'.repeat(4_096 - REPEAT_MARK.length + 1), entities: [] };
    expect(markRepeated(part, 4_096)).toBe(part);
  });
});
