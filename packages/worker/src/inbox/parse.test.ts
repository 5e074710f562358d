import fc from 'fast-check';
import { admit } from './admit';
import type { InboundText } from './model';
import { laneOf, parseUpdate } from './parse';

const from = { id: 7, is_bot: false, first_name: 'P', language_code: 'en' };
const message = (chat: object, more: object = {}) => ({
  update_id: 5,
  message: { message_id: 3, date: 1_700_000_000, from, chat, text: 'hi', ...more },
});
const home = { id: 7, type: 'private' };

describe('an update', () => {
  it('is a text with everything that decisions need', () => {
    expect(parseUpdate(message(home, { reply_to_message: { message_id: 2 } }), 9)).toEqual({
      kind: 'text',
      updateId: 5,
      at: 1_700_000_000_000,
      chatId: 7,
      thread: 0,
      userId: 7,
      isPrivate: true,
      messageId: 3,
      text: 'hi',
      language: 'en',
      name: 'P',
      replyTo: 2,
      parts: [{ messageId: 3, at: 1_700_000_000_000, text: 'hi' }],
    });
  });

  it('is a tap even when its message is too old to be included', () => {
    const tap = { update_id: 6, callback_query: { id: 'q', from, data: 'go:x', chat_instance: '1' } };
    expect(parseUpdate(tap, 9)).toMatchObject({
      kind: 'tap',
      queryId: 'q',
      data: 'go:x',
      chatId: 7,
      isPrivate: true,
    });
  });

  it('says which session was active for the machine that polls, if that is a text', () => {
    expect(parseUpdate({ ...message(home), ccbot_active: 's1' }, 9)).toMatchObject({ active: 's1' });
    expect(parseUpdate({ ...message(home), ccbot_active: 1 }, 9)).not.toHaveProperty('active');
    expect(parseUpdate(message(home), 9)).not.toHaveProperty('active');
  });

  it('is in the topic of its message, and a reply outside of topics in none', () => {
    const threadIn = (raw: unknown): unknown => (parseUpdate(raw, 0) as { thread?: unknown }).thread;
    const inTopic = { message_thread_id: 40, is_topic_message: true };
    expect(threadIn(message(home, inTopic))).toBe(40);
    expect(threadIn(message(home, { message_thread_id: 40 }))).toBe(0);
    for (const id of [0, -1, 1.5, '40', null, 2 ** 60])
      expect(threadIn(message(home, { ...inTopic, message_thread_id: id }))).toBe(0);
    const tapOn = (more: object) => ({
      update_id: 6,
      callback_query: { id: 'q', from, data: 'go:x', message: { message_id: 3, chat: home, ...more } },
    });
    expect(threadIn(tapOn({ date: 1_700_000_000, ...inTopic }))).toBe(40);
    expect(threadIn(tapOn({ date: 1_700_000_000 }))).toBe(0);
    // Telegram no longer has the message: nobody knows where it stood.
    expect(threadIn(tapOn({ date: 0 }))).toBeUndefined();
    const { message: edited } = message(home, inTopic);
    expect(threadIn({ update_id: 7, edited_message: edited })).toBe(40);
  });

  it('becomes `other` if it is garbage', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        const inbound = parseUpdate(raw, 0);
        expect(inbound.kind).toBe('other');
        expect(typeof laneOf(inbound)).toBe('string');
      }),
    );
  });

  it('survives any field of a message replaced by garbage', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('message_id', 'date', 'from', 'chat', 'text', 'reply_to_message'),
        fc.anything(),
        (key, value) => {
          expect(() => parseUpdate(message(home, { [key]: value }), 0)).not.toThrow();
        },
      ),
    );
  });
});

describe('admission', () => {
  const allowed = new Set([7]);
  const verdict = (raw: unknown) => admit(parseUpdate(raw, 0), (user) => allowed.has(user));

  it('is for allowed users in their private chat', () => {
    expect(verdict(message(home))).toMatchObject({ admitted: true });
  });

  it.each([
    ['a stranger', message({ id: 8, type: 'private' }, { from: { ...from, id: 8 } }), 'stranger'],
    ['a group', message({ id: -1, type: 'group' }), 'not-private'],
    ['somebody else’s private chat', message({ id: 8, type: 'private' }), 'not-private'],
    [
      'a channel',
      { update_id: 1, channel_post: { message_id: 1, chat: { id: -2, type: 'channel' }, text: 'x' } },
      'stranger',
    ],
    ['a notice of Telegram’s', message(home, { text: undefined, pinned_message: {} }), 'not-understood'],
    [
      'a stranger’s edit',
      {
        update_id: 1,
        edited_message: {
          message_id: 1,
          date: 1,
          from: { ...from, id: 8 },
          chat: { id: 8, type: 'private' },
          text: 'x',
        },
      },
      'stranger',
    ],
    [
      'a tap on an inline message, wherever that was put',
      {
        update_id: 1,
        callback_query: { id: 'q', from, data: 'x', inline_message_id: 'i', chat_instance: '1' },
      },
      'not-private',
    ],
    ['an inline query', { update_id: 1, inline_query: { id: 'x', from, query: 'x' } }, 'not-private'],
    ['nobody', {}, 'stranger'],
  ])('is not %s', (_, raw, why) => {
    expect(verdict(raw)).toEqual({ admitted: false, why });
  });
});

describe('a message', () => {
  const read = (more: object) => parseUpdate(message(home, { text: undefined, ...more }), 0);
  const file = { file_id: 'f', file_unique_id: 'u', file_size: 9 };

  it.each([
    [
      'photo',
      {
        photo: [
          { ...file, file_id: 'big', width: 800 },
          { ...file, file_id: 'small', width: 90 },
        ],
      },
      'big',
    ],
    ['voice', { voice: { ...file, duration: 3, mime_type: 'audio/ogg' } }, 'f'],
    ['video_note', { video_note: { ...file, duration: 3, length: 240 } }, 'f'],
    ['video', { video: file }, 'f'],
    ['audio', { audio: { ...file, file_name: 'a.mp3' } }, 'f'],
    ['animation', { animation: file, document: file }, 'f'],
    ['document', { document: file }, 'f'],
  ])('with a %s is an attachment with that file', (kind, more, id) => {
    expect(read({ ...more, caption: 'look' })).toMatchObject({
      kind: 'attachment',
      text: 'look',
      parts: [{ file: { kind, id, size: 9 } }],
    });
  });

  it('names its album, and the sender it was forwarded from', () => {
    expect(read({ document: file, media_group_id: '77' })).toMatchObject({ album: '77' });
    const origins = [
      [{ type: 'user', sender_user: { id: 1, first_name: 'Ann', last_name: 'Lee' } }, 'Ann Lee'],
      [{ type: 'hidden_user', sender_user_name: 'Bob' }, 'Bob'],
      [{ type: 'channel', chat: { id: 1, type: 'channel', title: 'News' } }, 'News'],
      [{ type: 'something new' }, ''],
    ] as const;
    for (const [origin, name] of origins) {
      expect(read({ text: 'x', forward_origin: { ...origin, date: 5 } })).toMatchObject({
        kind: 'attachment',
        parts: [{ forward: { from: name, at: 5_000 } }],
      });
    }
  });

  it.each([
    [
      'the bot',
      { from: { id: 1, is_bot: true }, text: 'said' },
      { whose: 'bot', text: 'said', picked: false },
    ],
    ['oneself', { from: { id: 7 }, caption: 'mine' }, { whose: 'own', text: 'mine', picked: false }],
    [
      'somebody',
      { from: { id: 3, first_name: 'Z' }, text: 'x' },
      { whose: 'other', name: 'Z', text: 'x', picked: false },
    ],
  ])('quotes what it answers of %s', (_, reply, quote) => {
    const said = read({ text: 'yes', reply_to_message: { message_id: 2, ...reply } });
    expect(said).toMatchObject({ kind: 'text', replyTo: 2, parts: [{ quote }] });
  });

  it('quotes the picked words, even of a message elsewhere, and nothing of a card with buttons', () => {
    const card = { message_id: 2, from: { id: 1, is_bot: true }, text: 'a card', reply_markup: {} };
    const quoteOf = (more: object) => (read({ text: 'yes', ...more }) as InboundText).parts[0]?.quote;
    expect(quoteOf({ reply_to_message: card })).toBeUndefined();
    expect(quoteOf({ reply_to_message: card, quote: { text: 'card' } })).toMatchObject({
      text: 'card',
      picked: true,
    });
    const elsewhere = { external_reply: { origin: { sender_user_name: 'Bob' } }, quote: { text: 'there' } };
    expect(quoteOf(elsewhere)).toEqual({ whose: 'other', name: 'Bob', text: 'there', picked: true });
  });

  it('gets its marks back in a text, a caption, a quote and an edit, and keeps the text without them', () => {
    const code = { type: 'code', offset: 4, length: 8 };
    const marked = { text: 'run `npm test` now', unmarked: 'run npm test now' };
    const sent = { text: marked.unmarked, entities: [code] };
    expect(read(sent)).toMatchObject({ kind: 'text', text: marked.text, parts: [{ ...marked, own: true }] });
    const caption = { caption: marked.unmarked, caption_entities: [code], document: file };
    expect(read(caption)).toMatchObject({ kind: 'attachment', text: marked.text, parts: [marked] });
    const edit = { update_id: 9, edited_message: { ...message(home).message, ...sent } };
    expect(parseUpdate(edit, 0)).toMatchObject({ kind: 'edit', ...marked, own: true });
    const replied = { message_id: 2, from: { id: 1, is_bot: true }, ...sent };
    expect(read({ text: 'x', reply_to_message: replied })).toMatchObject({
      parts: [{ quote: { text: marked.text } }],
    });
    const quote = { text: 'npm test', entities: [{ ...code, offset: 0 }] };
    expect(read({ text: 'x', quote, reply_to_message: replied })).toMatchObject({
      parts: [{ quote: { text: '`npm test`', picked: true } }],
    });
    const forward = { ...sent, forward_origin: { type: 'hidden_user', sender_user_name: 'Bob', date: 5 } };
    expect(read(forward)).toMatchObject({ parts: [{ ...marked, forward: { from: 'Bob' } }] });
  });

  it('that cannot go to an agent names its kind', () => {
    expect(read({ poll: { question: 'q' } })).toMatchObject({ kind: 'strange', what: 'poll' });
  });

  it('that was changed is an edit, except for a location that moves', () => {
    const edited = (more: object) => ({
      update_id: 9,
      edited_message: { ...message(home).message, ...more },
    });
    expect(parseUpdate(edited({ text: 'new' }), 0)).toMatchObject({
      kind: 'edit',
      messageId: 3,
      text: 'new',
    });
    const moving = edited({ text: undefined, location: { latitude: 1, longitude: 2 } });
    expect(parseUpdate(moving, 0)).toMatchObject({ kind: 'other', what: 'edited_message' });
  });

  it('loses only the piece that is garbage', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'quote',
          'reply_to_message',
          'forward_origin',
          'media_group_id',
          'entities',
          'document',
          'sticker',
        ),
        fc.anything(),
        (key, value) => {
          expect(['text', 'attachment']).toContain(read({ text: 'still here', [key]: value }).kind);
        },
      ),
    );
  });
});
