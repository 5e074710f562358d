import { NO_THREAD } from '../outbox/model';
import { coalesce, joined, JOINED_MAX, PARTS_MAX, type Candidate } from './coalesce';
import type { Inbound, InboundAttachment, InboundText, MessagePart } from './model';

const NOW = 1_700_000_000_000;
const head = { updateId: 1, chatId: 7, thread: NO_THREAD, userId: 7, isPrivate: true };

function text(id: number, words: string | number, more: Partial<InboundText> = {}): InboundText {
  const said = typeof words === 'number' ? 'x'.repeat(words) : words;
  return {
    kind: 'text',
    ...head,
    at: NOW,
    messageId: id,
    text: said,
    parts: [{ messageId: id, at: NOW, text: said }],
    ...more,
  };
}
function attachment(
  id: number,
  more: Partial<InboundAttachment> & { part?: Partial<MessagePart> },
): InboundAttachment {
  const { part, ...rest } = more;
  return {
    kind: 'attachment',
    ...head,
    at: NOW,
    messageId: id,
    text: '',
    parts: [{ messageId: id, at: NOW, text: '', ...part }],
    ...rest,
  };
}
const photo = (id: number, album: string): InboundAttachment =>
  attachment(id, { album, part: { file: { kind: 'photo', id: `f${id}` } } });
const forwarded = (id: number): InboundAttachment =>
  attachment(id, { text: 'x', part: { text: 'x', forward: { from: 'A', at: 1 } } });

/** What is decided when all of them were stored `agoMs` before now. */
function decide(inbounds: readonly Inbound[], agoMs = 0, sinceMs = 10_000) {
  const at = (i: number): Candidate => ({ inbound: inbounds[i] as Inbound, receivedAt: NOW - agoMs });
  return coalesce(inbounds.length, at, NOW, NOW - sinceMs);
}

describe('a message that no other can belong to', () => {
  it.each([
    ['a short text', text(1, 'hi')],
    ['a text just below the length at which phones cut', text(1, 3_999)],
    ['a file', attachment(1, { part: { file: { kind: 'document', id: 'f' } } })],
    ['a tap', { kind: 'tap', ...head, at: NOW, queryId: 'q', data: 'x' } as Inbound],
    ['an update that is not understood', { kind: 'other', updateId: 1, at: NOW, what: 'poll' } as Inbound],
  ])('is handled immediately: %s', (_, inbound) => {
    expect(decide([inbound, text(2, 4_096)])).toEqual({ take: 1 });
  });
});

describe('a paste that the client cut', () => {
  it('waits 1.5 s for its next part, and is then taken as it is', () => {
    expect(decide([text(1, 4_096)])).toEqual({ waitMs: 1_500 });
    expect(decide([text(1, 4_096), text(2, 4_000)], 500)).toEqual({ waitMs: 1_000 });
    expect(decide([text(1, 4_096), text(2, 4_000)], 1_500)).toEqual({ take: 2 });
  });

  it('is complete as soon as a short part arrives', () => {
    expect(decide([text(1, 4_096), text(2, 4_050), text(3, 17), text(4, 'another')])).toEqual({ take: 3 });
  });

  it('ends where something else arrives', () => {
    const others = [
      photo(2, 'a'),
      text(2, 20, { replyTo: 1 }),
      text(2, 20, { at: NOW + 3_000 }),
      text(9, 20),
      text(2, '/stop'),
      forwarded(2),
    ];
    for (const other of others) expect(decide([text(1, 4_096), other])).toEqual({ take: 1 });
  });

  it('continues when the bot wrote in between, or the second changed', () => {
    expect(decide([text(1, 4_096), text(3, 20, { at: NOW + 2_000 })])).toEqual({ take: 2 });
  });

  it('has at most 12 parts and 50,000 characters; the rest is another message', () => {
    const many = Array.from({ length: PARTS_MAX }, (_, i) => text(i + 1, 4_000));
    expect(decide([...many, text(13, 4_000)])).toEqual({ take: PARTS_MAX });
    const long = Array.from({ length: 14 }, (_, i) => text(i + 1, 4_096));
    const taken = decide(long) as { take: number };
    expect(taken.take * 4_096).toBeLessThanOrEqual(JOINED_MAX);
    expect((taken.take + 1) * 4_096).toBeGreaterThan(JOINED_MAX - 4_096);
  });

  it('waits again after a start of the worker: the rest may be waiting at Telegram', () => {
    expect(decide([text(1, 4_096)], 60_000, 0)).toEqual({ waitMs: 1_500 });
    expect(decide([text(1, 4_096)], 60_000, 1_500)).toEqual({ take: 1 });
  });

  it('does not wait when the clock was set back', () => {
    expect(decide([text(1, 4_096)], -3_600_000)).toEqual({ take: 1 });
  });
});

describe('an album', () => {
  it('is one message, taken after a short silence or when it is full', () => {
    expect(decide([photo(1, 'a'), photo(2, 'a')])).toEqual({ waitMs: 800 });
    expect(decide([photo(1, 'a'), photo(2, 'a')], 800)).toEqual({ take: 2 });
    expect(decide([photo(1, 'a'), photo(2, 'a'), photo(3, 'b')])).toEqual({ take: 2 });
    expect(decide([photo(1, 'a'), photo(2, 'a'), text(3, 'x')])).toEqual({ take: 2 });
    expect(decide(Array.from({ length: 11 }, (_, i) => photo(i + 1, 'a')))).toEqual({ take: 10 });
  });
});

describe('messages that were forwarded together', () => {
  it('are one message', () => {
    expect(decide([forwarded(1), forwarded(2)])).toEqual({ waitMs: 300 });
    expect(decide([forwarded(1), forwarded(2), text(3, 'what is that?')])).toEqual({ take: 2 });
  });
});

describe('what belongs together', () => {
  it('is joined in order: the files, and the caption of the one that has it', () => {
    const all = joined([
      photo(1, 'a'),
      { ...photo(2, 'a'), text: 'both', parts: [{ messageId: 2, at: NOW, text: 'both' }] },
    ]);
    expect(all).toMatchObject({
      kind: 'attachment',
      messageId: 1,
      text: 'both',
      parts: [{ messageId: 1 }, { messageId: 2 }],
    });
  });
});
