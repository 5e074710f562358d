import { NO_THREAD, type QueuedView } from './model';
import { afterFailure, formsOf, markRepeated, nextCall, type Face, type Posted } from './decide';
import { outboxKey } from './keys';

const queued = (kind: QueuedView['class'], parts: number): QueuedView => ({
  chatId: 1,
  thread: NO_THREAD,
  key: outboxKey('k'),
  class: kind,
  view: { parts: Array.from({ length: parts }, (_, i) => ({ text: `part ${i}`, entities: [] })) },
});
const MARK = '↻ again';
const calm = { tries: 0, simpler: true, inThread: false, kind: 'answer', chance: 0.5 } as const;
const faces = (...hashes: string[]): Face[] => hashes.map((hash) => ({ hash, file: '' }));
const shown = (part: number, message: number | null, hash: string, file = ''): Posted => ({
  part,
  message,
  hash,
  file,
  thread: NO_THREAD,
});

describe('the next call', () => {
  it('sends missing parts one by one', () => {
    expect(nextCall(queued('answer', 2), faces('a', 'b'), [])).toEqual({
      do: 'send',
      part: 0,
      marked: false,
    });
    expect(nextCall(queued('answer', 2), faces('a', 'b'), [shown(0, 5, 'a')])).toEqual({
      do: 'send',
      part: 1,
      marked: false,
    });
  });

  it('edits parts that look different, and no others', () => {
    const posted = [shown(0, 5, 'old')];
    expect(nextCall(queued('card', 1), faces('new'), posted)).toEqual({
      do: 'edit',
      part: 0,
      message: 5,
      what: 'text',
    });
    expect(nextCall(queued('card', 1), faces('old'), posted)).toEqual({ do: 'nothing' });
  });

  it('deletes surplus parts, also those that may not have arrived', () => {
    const posted = [shown(0, 5, 'a'), shown(1, null, 'b')];
    expect(nextCall(queued('card', 0), [], posted)).toEqual({ do: 'delete', parts: [0, 1], messages: [5] });
  });

  it('repeats an answer that may have arrived with a mark, and a card without one', () => {
    const unknown = [shown(0, null, 'a')];
    expect(nextCall(queued('answer', 1), faces('a'), unknown)).toMatchObject({ do: 'send', marked: true });
    expect(nextCall(queued('notice', 1), faces('a'), unknown)).toMatchObject({ do: 'send', marked: true });
    expect(nextCall(queued('card', 1), faces('a'), unknown)).toMatchObject({ do: 'send', marked: false });
    expect(nextCall(queued('ask', 1), faces('a'), unknown)).toMatchObject({ do: 'send', marked: false });
  });
});

describe('the next call for a file', () => {
  const file = (hash: string, name: string): Face => ({ hash, file: name });

  it('edits the caption when the file is the same, and otherwise the file with it', () => {
    const posted = [shown(0, 5, 'old', 'a')];
    expect(nextCall(queued('card', 1), [file('new', 'a')], posted)).toMatchObject({ what: 'caption' });
    expect(nextCall(queued('card', 1), [file('new', 'b')], posted)).toMatchObject({ what: 'file' });
  });

  it('deletes a text that becomes a file, and the parts behind it, to keep the order', () => {
    const posted = [shown(0, 5, 'old'), shown(1, 6, 'b')];
    const call = nextCall(queued('notice', 2), [file('new', 'a'), file('b', '')], posted);
    expect(call).toEqual({ do: 'delete', parts: [0, 1], messages: [5, 6] });
  });

  it('sends an album in one call, repeats it when it may not have arrived, and edits its messages one by one', () => {
    const album = { ...queued('answer', 2), view: { ...queued('answer', 2).view, album: true } };
    const two = [file('a', 'a'), file('b', 'b')];
    expect(nextCall(album, two, [])).toEqual({ do: 'album', parts: [0, 1], marked: false });
    const unknown = [shown(0, null, 'a', 'a'), shown(1, null, 'b', 'b')];
    expect(nextCall(album, two, unknown)).toEqual({ do: 'album', parts: [0, 1], marked: true });
    const posted = [shown(0, 5, 'a', 'a'), shown(1, 6, 'old', 'b')];
    expect(nextCall(album, two, posted)).toMatchObject({ do: 'edit', part: 1, what: 'caption' });
  });
});

describe('after a failure', () => {
  it('waits as long as a 429 demands, in the whole chat', () => {
    const failure = { kind: 'not-delivered', text: '', retryAfterMs: 71_000 } as const;
    expect(afterFailure('send', failure, calm)).toEqual({
      do: 'wait',
      waitMs: 71_000,
      rebuild: false,
      chat: true,
    });
  });

  it('waits longer after each try, up to a limit, and reconnects', () => {
    const failure = { kind: 'unknown', text: '' } as const;
    const waits = [0, 1, 5, 500].map((tries) => afterFailure('send', failure, { ...calm, tries }));
    expect(waits.map((w) => (w.do === 'wait' ? w.waitMs : -1))).toEqual([500, 1_000, 16_000, 30_000]);
  });

  const refused = (reason: 'not-modified' | 'message-gone' | 'forbidden' | 'file-gone' | 'other') =>
    ({ kind: 'refused', reason, code: 400, text: '' }) as const;

  it('treats "not modified" as success, and sends a deleted message again', () => {
    expect(afterFailure('edit', refused('not-modified'), calm)).toEqual({ do: 'accept' });
    expect(afterFailure('edit', refused('message-gone'), calm)).toEqual({ do: 'forget' });
    expect(afterFailure('delete', refused('message-gone'), calm)).toEqual({ do: 'accept' });
  });

  it('tries a simpler form of what Telegram refuses before it gives up', () => {
    expect(afterFailure('send', refused('other'), calm)).toEqual({ do: 'simpler' });
    expect(afterFailure('send', refused('other'), { ...calm, simpler: false })).toEqual({ do: 'drop' });
    expect(afterFailure('send', refused('file-gone'), calm)).toEqual({ do: 'words' });
  });

  it('puts words in place of what is never shown, except on a live card, whose next state comes anyway', () => {
    const text = { text: 'x', entities: [] };
    const photo = {
      ...text,
      file: { name: 'a', as: 'photo' as const, content: { bytes: new Uint8Array() } },
    };
    expect(formsOf(text, 'answer')).toEqual(['whole', 'plain', 'words']);
    expect(formsOf(text, 'card')).toEqual(['whole', 'plain']);
    expect(formsOf(photo, 'card')).toEqual(['whole', 'document', 'plain', 'words']);
  });

  it('keeps views for a user who blocked the bot, except live cards, and tries less and less often', () => {
    const waits = [0, 1, 500].map((tries) => afterFailure('send', refused('forbidden'), { ...calm, tries }));
    expect(waits).toEqual(
      [30_000, 60_000, 3_600_000].map((waitMs) => ({ do: 'wait', waitMs, rebuild: false, chat: true })),
    );
    expect(afterFailure('send', refused('forbidden'), { ...calm, kind: 'card' })).toEqual({ do: 'drop' });
  });
});

describe('the mark of a possible repetition', () => {
  it('moves the entities with the text', () => {
    const part = { text: 'bold', entities: [{ type: 'bold' as const, offset: 0, length: 4 }] };
    const marked = markRepeated(part, MARK, 4_096);
    expect(marked.text.slice(marked.entities[0]?.offset)).toBe('bold');
  });

  it('is left out where it does not fit', () => {
    const part = { text: 'x'.repeat(4_096 - MARK.length), entities: [] };
    expect(markRepeated(part, MARK, 4_096)).toBe(part);
  });
});
