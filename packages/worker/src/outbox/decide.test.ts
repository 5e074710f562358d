import type { QueuedView } from './model';
import { afterFailure, formsOf, markRepeated, nextCall, type Face, type Posted } from './decide';
import { outboxKey } from './keys';

const wanted = (kind: QueuedView['class'], parts: number): QueuedView => ({
  chatId: 1,
  key: outboxKey('k'),
  class: kind,
  view: { parts: Array.from({ length: parts }, (_, i) => ({ text: `part ${i}`, entities: [] })) },
});
const MARK = '↻ again';
const calm = { tries: 0, simpler: true, kind: 'answer', chance: 0.5 } as const;
const faces = (...hashes: string[]): Face[] => hashes.map((hash) => ({ hash, file: '' }));
const there = (part: number, message: number | null, hash: string, file = ''): Posted => ({
  part,
  message,
  hash,
  file,
});

describe('the next call', () => {
  it('sends what is not there, part by part', () => {
    expect(nextCall(wanted('answer', 2), faces('a', 'b'), [])).toEqual({
      do: 'send',
      part: 0,
      marked: false,
    });
    expect(nextCall(wanted('answer', 2), faces('a', 'b'), [there(0, 5, 'a')])).toEqual({
      do: 'send',
      part: 1,
      marked: false,
    });
  });

  it('edits what looks different and leaves alone what does not', () => {
    const posted = [there(0, 5, 'old')];
    expect(nextCall(wanted('card', 1), faces('new'), posted)).toEqual({
      do: 'edit',
      part: 0,
      message: 5,
      what: 'text',
    });
    expect(nextCall(wanted('card', 1), faces('old'), posted)).toEqual({ do: 'nothing' });
  });

  it('deletes what is too much, also when it is nobody knows whether it was sent', () => {
    const posted = [there(0, 5, 'a'), there(1, null, 'b')];
    expect(nextCall(wanted('card', 0), [], posted)).toEqual({ do: 'delete', parts: [0, 1], messages: [5] });
  });

  it('sends again, marked, an answer of which nobody knows whether it arrived; a card unmarked', () => {
    const unknown = [there(0, null, 'a')];
    expect(nextCall(wanted('answer', 1), faces('a'), unknown)).toMatchObject({ do: 'send', marked: true });
    expect(nextCall(wanted('card', 1), faces('a'), unknown)).toMatchObject({ do: 'send', marked: false });
  });
});

describe('the next call for a file', () => {
  const file = (hash: string, of: string): Face => ({ hash, file: of });

  it('changes the caption where the file is the same, and else the file with it', () => {
    const posted = [there(0, 5, 'old', 'a')];
    expect(nextCall(wanted('card', 1), [file('new', 'a')], posted)).toMatchObject({ what: 'caption' });
    expect(nextCall(wanted('card', 1), [file('new', 'b')], posted)).toMatchObject({ what: 'file' });
  });

  it('takes a text away to put a file in its place, and what comes behind it, so that the order holds', () => {
    const posted = [there(0, 5, 'old'), there(1, 6, 'b')];
    const call = nextCall(wanted('notice', 2), [file('new', 'a'), file('b', '')], posted);
    expect(call).toEqual({ do: 'delete', parts: [0, 1], messages: [5, 6] });
  });

  it('sends an album at once, again when nobody knows whether it arrived, and edits its messages apart', () => {
    const album = { ...wanted('answer', 2), view: { ...wanted('answer', 2).view, album: true } };
    const two = [file('a', 'a'), file('b', 'b')];
    expect(nextCall(album, two, [])).toEqual({ do: 'album', parts: [0, 1], marked: false });
    const unknown = [there(0, null, 'a', 'a'), there(1, null, 'b', 'b')];
    expect(nextCall(album, two, unknown)).toEqual({ do: 'album', parts: [0, 1], marked: true });
    const shown = [there(0, 5, 'a', 'a'), there(1, 6, 'old', 'b')];
    expect(nextCall(album, two, shown)).toMatchObject({ do: 'edit', part: 1, what: 'caption' });
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

  const refused = (reason: 'not-modified' | 'message-gone' | 'forbidden' | 'file-gone' | 'other') =>
    ({ kind: 'refused', reason, code: 400, text: '' }) as const;

  it('takes "not modified" for success and a gone message for one to send anew', () => {
    expect(afterFailure('edit', refused('not-modified'), calm)).toEqual({ do: 'accept' });
    expect(afterFailure('edit', refused('message-gone'), calm)).toEqual({ do: 'forget' });
    expect(afterFailure('delete', refused('message-gone'), calm)).toEqual({ do: 'accept' });
  });

  it('tries what is refused in a simpler form before it gives up', () => {
    expect(afterFailure('send', refused('other'), calm)).toEqual({ do: 'simpler' });
    expect(afterFailure('send', refused('other'), { ...calm, simpler: false })).toEqual({ do: 'drop' });
    expect(afterFailure('send', refused('file-gone'), calm)).toEqual({ do: 'words' });
  });

  it('has words for what is never shown, but for a live card, whose next state comes anyway', () => {
    const text = { text: 'x', entities: [] };
    const photo = {
      ...text,
      file: { name: 'a', as: 'photo' as const, content: { bytes: new Uint8Array() } },
    };
    expect(formsOf(text, 'answer')).toEqual(['whole', 'plain', 'words']);
    expect(formsOf(text, 'card')).toEqual(['whole', 'plain']);
    expect(formsOf(photo, 'card')).toEqual(['whole', 'document', 'plain', 'words']);
  });

  it('keeps what is for somebody who blocked the bot, but for a live card, and asks ever more rarely', () => {
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
