import { isOwnText } from './own-text';
import type { InboundText } from './model';
import { parseUpdate } from './parse';

const user = { id: 7, is_bot: false, first_name: 'P' };
const bot = { id: 1, is_bot: true, first_name: 'ccbot' };
const stranger = { id: 9, is_bot: false, first_name: '$(touch pwned)' };
const plain = {
  message_id: 3,
  date: 1_700_000_000,
  from: user,
  chat: { id: 7, type: 'private', first_name: 'P' },
  text: 'make https://example.com/a test',
};
const origin = { type: 'user', date: 1, sender_user: stranger };

describe('a message is its sender’s own text', () => {
  it.each([
    ['when it is plain', {}],
    ['with marks that Telegram makes', { entities: [{ type: 'url', offset: 5, length: 21 }] }],
    ['with the preview of a link in it', { link_preview_options: { url: 'https://example.com/a/' } }],
    ['with previews off', { link_preview_options: { is_disabled: true } }],
    ['as a reply to the bot', { reply_to_message: { message_id: 2, from: bot, text: 'a card' } }],
    ['as a reply to such a message', { reply_to_message: { ...plain, message_id: 2 } }],
    ['when it was edited', { edit_date: 1_700_000_001 }],
  ])('%s', (_, more) => {
    expect(isOwnText({ ...plain, ...more }, 7)).toBe(true);
  });
});

describe('a message holds something of others', () => {
  it.each<[string, object]>([
    ['when it is forwarded', { forward_origin: origin }],
    ['when it is forwarded in the way of an earlier Bot API', { forward_from: stranger, forward_date: 1 }],
    ['when another bot wrote it', { via_bot: { ...bot, id: 2 } }],
    ['with words that were picked from another message', { quote: { text: 'x', position: 0 } }],
    ['as a reply to a message of another chat', { external_reply: { origin } }],
    ['as a reply to a story', { reply_to_story: { id: 1, chat: plain.chat } }],
    ['as a reply to a forward', { reply_to_message: { ...plain, message_id: 2, forward_origin: origin } }],
    ['as a reply to another user', { reply_to_message: { ...plain, message_id: 2, from: stranger } }],
    ['as a reply to nobody knows what', { reply_to_message: { message_id: 2 } }],
    [
      'with the name of a contact',
      { entities: [{ type: 'text_mention', offset: 0, length: 4, user: stranger }] },
    ],
    [
      'with a hidden link',
      { entities: [{ type: 'text_link', offset: 0, length: 4, url: 'https://x.example' }] },
    ],
    [
      'with an emoji of a set',
      { entities: [{ type: 'custom_emoji', offset: 0, length: 1, custom_emoji_id: '1' }] },
    ],
    ['with marks of an unknown kind', { entities: [{ type: 'later', offset: 0, length: 1 }] }],
    ['with marks that cannot be read', { entities: 'garbage' }],
    ['with a million marks', { entities: Array(1_000_000).fill({ type: 'bold', offset: 0, length: 1 }) }],
    ['with the preview of another page', { link_preview_options: { url: 'https://evil.example/' } }],
    ['with a field of a later Bot API', { something_new: {} }],
    ['with a contact', { text: undefined, contact: { phone_number: '1', first_name: 'x' } }],
    ['with a caption', { text: undefined, caption: 'x', document: { file_id: 'f' } }],
    ['with a text that is no text', { text: { toString: 'x' } }],
  ])('%s', (_, more) => {
    expect(isOwnText({ ...plain, ...more }, 7)).toBe(false);
  });
});

it('is marked when an update is parsed, and when an edit is', () => {
  const read = (more: object) =>
    parseUpdate({ update_id: 1, message: { ...plain, ...more } }, 0) as InboundText;
  expect(read({}).parts).toMatchObject([{ own: true }]);
  expect(read({ quote: { text: 'x' } }).parts[0]).not.toHaveProperty('own');
  const edit = (more: object) => parseUpdate({ update_id: 1, edited_message: { ...plain, ...more } }, 0);
  expect(edit({})).toMatchObject({ kind: 'edit', own: true });
  expect(edit({ quote: { text: 'x' } })).not.toHaveProperty('own');
});

it('makes a text that another bot wrote a forward, which is never a command', () => {
  const parsed = parseUpdate(
    { update_id: 1, message: { ...plain, text: '/kill', via_bot: { ...bot, id: 2, first_name: 'gif' } } },
    0,
  );
  expect(parsed).toMatchObject({ kind: 'attachment', parts: [{ forward: { from: 'gif' } }] });
});

it('says whether the words themselves are of others, so that they become no command of an agent', () => {
  const read = (type: string) =>
    (
      parseUpdate(
        {
          update_id: 1,
          message: { ...plain, text: '!echo Bob', entities: [{ type, offset: 6, length: 3 }] },
        },
        0,
      ) as InboundText
    ).parts[0];
  for (const type of ['text_mention', 'custom_emoji', 'later'])
    expect(read(type)).toMatchObject({ mixed: true });
  for (const type of ['text_link', 'bold', 'url']) expect(read(type)).not.toHaveProperty('mixed');
});
