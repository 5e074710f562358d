import { OWNER, startFixture, type Fixture } from '../fixtures/client';
import { QUERY_MS } from './bot';

let f: Fixture;
let now: number;
beforeEach(async () => {
  now = 1_700_000_000_000;
  f = await startFixture({ now: () => now, botUsername: 'some_bot' });
});
afterEach(() => f.telegram.close());

const chat_id = OWNER.id;

it('returns the bot from the token', async () => {
  expect((await f.call('getMe')).result).toMatchObject({ id: 123456789, is_bot: true, username: 'some_bot' });
  expect((await f.call('getChat', { chat_id })).result).toEqual({
    id: chat_id,
    type: 'private',
    first_name: 'Owner',
  });
});

describe('a tap', () => {
  const OLD = '400 Bad Request: query is too old and response timeout expired or query ID is invalid';
  const tap = async (): Promise<string> => {
    const reply_markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go:1' }]] };
    await f.call('sendMessage', { chat_id, text: 'press', reply_markup });
    return f.telegram.owner.tap('Go');
  };

  it('arrives as an update with its message, and can be answered once', async () => {
    const id = await tap();
    const [update] = (await f.call('getUpdates')).result;
    expect(update.callback_query).toMatchObject({
      id,
      data: 'go:1',
      from: { id: chat_id },
      message: { text: 'press' },
    });
    const answer = { callback_query_id: id, text: 'done', show_alert: true };
    expect((await f.call('answerCallbackQuery', answer)).result).toBe(true);
    expect(f.telegram.state.queries.get(id)).toMatchObject({ answered: 'done', alert: true });
    expect(await f.refusal('answerCallbackQuery', answer)).toBe(OLD);
  });

  it('cannot be answered late, nor without a tap', async () => {
    const callback_query_id = await tap();
    now += QUERY_MS + 1;
    expect(await f.refusal('answerCallbackQuery', { callback_query_id })).toBe(OLD);
    expect(await f.refusal('answerCallbackQuery', { callback_query_id: 'none' })).toBe(OLD);
  });

  it('can be answered with at most 200 characters', async () => {
    const callback_query_id = await tap();
    expect(await f.refusal('answerCallbackQuery', { callback_query_id, text: 'x'.repeat(201) })).toMatch(
      /TOO_LONG/,
    );
    expect((await f.call('answerCallbackQuery', { callback_query_id, text: 'x'.repeat(200) })).ok).toBe(true);
  });

  it('needs a visible button', async () => {
    await tap();
    expect(f.telegram.owner.tap('go:1')).toMatch(/./);
    expect(() => f.telegram.owner.tap('Stop')).toThrow('no button "Stop" is visible');
    const { id } = f.telegram.owner.fromBot()[0] ?? { id: 0 };
    await f.call('deleteMessage', { chat_id, message_id: id });
    expect(() => f.telegram.owner.tap('Go')).toThrow();
  });
});

describe('commands', () => {
  const set = (command: string, description: string): Promise<string> =>
    f.refusal('setMyCommands', { commands: [{ command, description }] });

  it('are stored as they are set', async () => {
    const commands = [{ command: 'new', description: 'a session' }];
    await f.call('setMyCommands', { commands });
    expect((await f.call('getMyCommands')).result).toEqual(commands);
  });

  it('are refused with a wrong name or description, or when there are too many', async () => {
    expect(await set('New', 'x')).toMatch(/BOT_COMMAND_INVALID/);
    expect(await set('a'.repeat(33), 'x')).toMatch(/BOT_COMMAND_INVALID/);
    expect(await set('new', '')).toMatch(/DESCRIPTION_INVALID/);
    expect(await set('new', 'x'.repeat(257))).toMatch(/DESCRIPTION_INVALID/);
    expect(await f.refusal('setMyCommands', { commands: 'new' })).toMatch(/can't parse/);
    const commands = Array.from({ length: 101 }, (_, i) => ({ command: `c${i}`, description: 'x' }));
    expect(await f.refusal('setMyCommands', { commands })).toMatch(/TOO_MUCH/);
    const wide = commands.slice(1).map((command) => ({ ...command, description: 'x'.repeat(80) }));
    expect(await f.refusal('setMyCommands', { commands: wide })).toMatch(/TOO_MUCH/);
  });

  it('of a chat override those of all chats, and those in the language of the user come first', async () => {
    const menu = (command: string) => ({ commands: [{ command, description: 'x' }] });
    const names = (language?: string) =>
      f.telegram.state.commandsFor(chat_id, language).map(({ command }) => command);
    const scope = { type: 'chat', chat_id };
    await f.call('setMyCommands', menu('all'));
    await f.call('setMyCommands', { ...menu('alle'), language_code: 'de' });
    expect([names(), names('de')]).toEqual([['all'], ['alle']]);
    await f.call('setMyCommands', { ...menu('mine'), scope });
    expect([names(), names('de')]).toEqual([['mine'], ['mine']]);
    expect((await f.call('getMyCommands', { scope })).result).toEqual(menu('mine').commands);
    await f.call('deleteMyCommands', { scope });
    expect(names()).toEqual(['all']);
    expect(await f.refusal('setMyCommands', { ...menu('x'), scope: { type: 'chat', chat_id: 1 } })).toMatch(
      /chat not found/,
    );
    expect(await f.refusal('setMyCommands', { ...menu('x'), scope: { type: 'planet' } })).toMatch(
      /unsupported/,
    );
  });
});

it('shows typing for five seconds, or until a message arrives', async () => {
  await f.call('sendChatAction', { chat_id, action: 'typing' });
  expect(f.telegram.state.typing.get(chat_id)).toBe(now + 5_000);
  await f.call('sendMessage', { chat_id, text: 'x' });
  expect(f.telegram.state.typing.has(chat_id)).toBe(false);
  expect(await f.refusal('sendChatAction', { chat_id, action: 'dancing' })).toMatch(/wrong parameter action/);
});

it('shows one known reaction on a message, and removes it', async () => {
  const message_id = f.telegram.owner.say('nice');
  const react = (...emoji: string[]): Record<string, unknown> => ({
    chat_id,
    message_id,
    reaction: emoji.map((e) => ({ type: 'emoji', emoji: e })),
  });
  await f.call('setMessageReaction', react('👀'));
  expect(f.telegram.owner.chat()[0]?.reaction).toBe('👀');
  await f.call('setMessageReaction', react());
  expect(f.telegram.owner.chat()[0]?.reaction).toBeUndefined();
  expect(await f.refusal('setMessageReaction', react('🍆'))).toMatch(/REACTION_INVALID/);
  expect(await f.refusal('setMessageReaction', react('👀', '👍'))).toMatch(/TOO_MANY/);
  expect(await f.refusal('setMessageReaction', { ...react('👀'), message_id: 1 })).toMatch(/not found/);
});

it('pins and unpins a message', async () => {
  const message_id = f.telegram.owner.say('keep');
  await f.call('pinChatMessage', { chat_id, message_id });
  expect(f.telegram.owner.chat()[0]?.pinned).toBe(true);
  await f.call('unpinChatMessage', { chat_id, message_id });
  expect(f.telegram.owner.chat()[0]?.pinned).toBeUndefined();
  expect(await f.refusal('pinChatMessage', { chat_id, message_id: 1 })).toMatch(/message to pin not found/);
});
