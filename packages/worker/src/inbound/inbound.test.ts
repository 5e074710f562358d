import fc from 'fast-check';
import { admit } from './admit';
import { laneOf, parseUpdate } from './parse';

const from = { id: 7, is_bot: false, first_name: 'P', language_code: 'en' };
const message = (chat: object, more: object = {}) => ({
  update_id: 5,
  message: { message_id: 3, date: 1_700_000_000, from, chat, text: 'hi', ...more },
});
const home = { id: 7, type: 'private' };

describe('an update', () => {
  it('is a text with all that is decided on', () => {
    expect(parseUpdate(message(home, { reply_to_message: { message_id: 2 } }), 9)).toEqual({
      kind: 'text',
      updateId: 5,
      at: 1_700_000_000_000,
      chatId: 7,
      userId: 7,
      isPrivate: true,
      messageId: 3,
      text: 'hi',
      language: 'en',
      replyTo: 2,
    });
  });

  it('is a tap also when its message is too old to be told', () => {
    const tap = { update_id: 6, callback_query: { id: 'q', from, data: 'go:x', chat_instance: '1' } };
    expect(parseUpdate(tap, 9)).toMatchObject({
      kind: 'tap',
      queryId: 'q',
      data: 'go:x',
      chatId: 7,
      isPrivate: true,
    });
  });

  it('is never more than `other`, whatever garbage it is', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        expect(parseUpdate(raw, 0).kind).toBe('other');
        expect(typeof laneOf(raw)).toBe('string');
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

describe('who may speak', () => {
  const allowed = new Set([7]);
  const verdict = (raw: unknown) => admit(parseUpdate(raw, 0), allowed);

  it('is an allowed user in private', () => {
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
    [
      'an edit',
      { update_id: 1, edited_message: { message_id: 1, from, chat: home, text: 'x' } },
      'not-understood',
    ],
    ['an inline query', { update_id: 1, inline_query: { id: 'x', from, query: 'x' } }, 'not-private'],
    ['nobody', {}, 'stranger'],
  ])('is not %s', (_, raw, why) => {
    expect(verdict(raw)).toEqual({ admitted: false, why });
  });
});
