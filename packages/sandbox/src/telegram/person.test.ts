import { startFixture, type Fixture } from './fixtures/client';

let f: Fixture;
beforeEach(async () => (f = await startFixture()));
afterEach(() => f.telegram.close());

it('writes messages whose commands are marked', async () => {
  f.telegram.owner.say('/new demo /tmp/a and /stop');
  const [{ message }] = (await f.call('getUpdates')).result;
  expect(message.entities).toEqual([
    { type: 'bot_command', offset: 0, length: 4 },
    { type: 'bot_command', offset: 21, length: 5 },
  ]);
});

it('writes an answer that tells of the message it answers', async () => {
  const { message_id } = (await f.call('sendMessage', { chat_id: 7001, text: 'well?' })).result;
  f.telegram.owner.say('yes', { replyTo: message_id });
  const [{ message }] = (await f.call('getUpdates')).result;
  expect(message.reply_to_message).toMatchObject({ message_id, text: 'well?' });
});

it('changes only messages of their own', async () => {
  const id = f.telegram.owner.say('frist');
  f.telegram.owner.edit(id, 'first');
  const [, update] = (await f.call('getUpdates')).result;
  expect(update.edited_message).toMatchObject({ message_id: id, text: 'first' });
  const { message_id } = (await f.call('sendMessage', { chat_id: 7001, text: 'bot' })).result;
  expect(() => f.telegram.owner.edit(message_id, 'x')).toThrow('no message');
  expect(() => f.telegram.owner.react(9, '👍')).toThrow('no message 9');
});

it('sees the own chat only, without what was deleted', async () => {
  f.telegram.stranger.say('psst');
  const id = f.telegram.owner.say('mine');
  expect(f.telegram.owner.chat().map((m) => m.id)).toEqual([id]);
  await f.call('deleteMessage', { chat_id: 7001, message_id: id });
  expect(f.telegram.owner.chat()).toEqual([]);
  expect(f.telegram.stranger.chat()).toHaveLength(1);
});
