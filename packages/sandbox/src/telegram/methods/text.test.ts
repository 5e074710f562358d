import { OWNER, startFixture, STRANGER, type Fixture } from '../fixtures/client';

let f: Fixture;
let now: number;
beforeEach(async () => {
  now = 1_700_000_000_000;
  f = await startFixture({ now: () => now });
});
afterEach(() => f.telegram.close());

const chat_id = OWNER.id;
const send = async (more: Record<string, unknown> = {}): Promise<number> =>
  (await f.call('sendMessage', { chat_id, text: 'hello', ...more })).result.message_id;

describe('sendMessage', () => {
  it('shows the message and returns it', async () => {
    const reply_markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
    const { result } = await f.call('sendMessage', { chat_id, text: 'hello', reply_markup });
    expect(result).toMatchObject({
      text: 'hello',
      chat: { id: OWNER.id, type: 'private' },
      from: { is_bot: true },
      date: now / 1_000,
      reply_markup,
    });
    expect(f.telegram.owner.fromBot().map((m) => m.id)).toEqual([result.message_id]);
    expect(f.telegram.stranger.chat()).toEqual([]);
  });

  it('numbers messages upwards, including those of the user', async () => {
    const ids = [await send(), f.telegram.owner.say('x'), await send()];
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(3);
  });

  it('refuses an unknown chat, and users who blocked the bot or never wrote to it', async () => {
    expect(await f.refusal('sendMessage', { chat_id: 1, text: 'x' })).toBe('400 Bad Request: chat not found');
    f.telegram.owner.block(true);
    expect(await f.refusal('sendMessage', { chat_id, text: 'x' })).toBe(
      '403 Forbidden: bot was blocked by the user',
    );
    f.telegram.owner.block(false);
    f.telegram.state.blocked.set(STRANGER.id, 'never-met');
    expect(await f.refusal('sendMessage', { chat_id: STRANGER.id, text: 'x' })).toMatch(/can't initiate/);
    f.telegram.stranger.say('hello');
    expect((await f.call('sendMessage', { chat_id: STRANGER.id, text: 'x' })).ok).toBe(true);
  });

  it('replies to an existing message, and to a missing one only when that is allowed', async () => {
    const question = f.telegram.owner.say('question');
    const { result } = await f.call('sendMessage', {
      chat_id,
      text: 'a',
      reply_parameters: { message_id: question },
    });
    expect(result.reply_to_message).toMatchObject({ message_id: question, text: 'question' });
    const gone = { message_id: 99_999 };
    expect(await f.refusal('sendMessage', { chat_id, text: 'a', reply_parameters: gone })).toBe(
      '400 Bad Request: message to be replied not found',
    );
    const allowed = { ...gone, allow_sending_without_reply: true };
    expect((await f.call('sendMessage', { chat_id, text: 'a', reply_parameters: allowed })).ok).toBe(true);
  });

  it('refuses markup', async () => {
    expect(await f.refusal('sendMessage', { chat_id, text: '<b>x</b>', parse_mode: 'HTML' })).toMatch(
      /parse_mode/,
    );
  });
});

describe('editMessageText', () => {
  it('changes the message in place, and removes the buttons when none are given', async () => {
    const message_id = await send({
      reply_markup: { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] },
    });
    const { result } = await f.call('editMessageText', { chat_id, message_id, text: 'changed' });
    expect(result).toMatchObject({ message_id, text: 'changed' });
    expect(f.telegram.owner.fromBot()).toMatchObject([{ text: 'changed', edits: 1, keyboard: [] }]);
  });

  it('is "not modified" when text, entities and buttons are equal, in any order', async () => {
    const entities = [
      { type: 'bold', offset: 0, length: 5 },
      { type: 'italic', offset: 0, length: 2 },
    ];
    const message_id = await send({ entities });
    const reordered = [
      { length: 2, offset: 0, type: 'italic' },
      { offset: 0, length: 5, type: 'bold' },
    ];
    const same = { chat_id, message_id, text: 'hello', entities: reordered };
    expect(await f.refusal('editMessageText', same)).toMatch(/^400 Bad Request: message is not modified: /);
    expect((await f.call('editMessageText', { ...same, entities: [entities[0]] })).ok).toBe(true);
    const keyboard = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
    expect(
      (await f.call('editMessageText', { ...same, entities: [entities[0]], reply_markup: keyboard })).ok,
    ).toBe(true);
    expect(f.telegram.owner.fromBot()[0]?.edits).toBe(2);
  });

  it('refuses deleted messages, messages of the user, and those of another chat', async () => {
    const message_id = await send();
    const fromUser = f.telegram.owner.say('mine');
    const edit = (id: number, chat = chat_id): Promise<string> =>
      f.refusal('editMessageText', { chat_id: chat, message_id: id, text: 'new' });
    expect(await edit(fromUser)).toBe("400 Bad Request: message can't be edited");
    expect(await edit(message_id, STRANGER.id)).toBe('400 Bad Request: message to edit not found');
    await f.call('deleteMessage', { chat_id, message_id });
    expect(await edit(message_id)).toBe('400 Bad Request: message to edit not found');
  });
});

describe('editMessageReplyMarkup', () => {
  it('changes only the buttons', async () => {
    const message_id = await send();
    const reply_markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
    expect((await f.call('editMessageReplyMarkup', { chat_id, message_id, reply_markup })).ok).toBe(true);
    expect(await f.refusal('editMessageReplyMarkup', { chat_id, message_id, reply_markup })).toMatch(
      /not modified/,
    );
    expect(
      (await f.call('editMessageReplyMarkup', { chat_id, message_id })).result.reply_markup,
    ).toBeUndefined();
    expect(f.telegram.owner.fromBot()[0]).toMatchObject({ text: 'hello', keyboard: [] });
  });
});

describe('deleting', () => {
  it('removes a message once', async () => {
    const message_id = await send();
    expect((await f.call('deleteMessage', { chat_id, message_id })).result).toBe(true);
    expect(f.telegram.owner.chat()).toEqual([]);
    expect(await f.refusal('deleteMessage', { chat_id, message_id })).toBe(
      '400 Bad Request: message to delete not found',
    );
  });

  it('is refused after two days', async () => {
    const message_id = await send();
    now += 48 * 3_600_000;
    expect(await f.refusal('deleteMessage', { chat_id, message_id })).toMatch(/can't be deleted/);
    await f.call('deleteMessages', { chat_id, message_ids: [message_id] });
    expect(f.telegram.owner.chat()).toHaveLength(1);
  });

  it('removes many, and ignores those that are already gone', async () => {
    const ids = [await send(), await send(), 99_999];
    expect((await f.call('deleteMessages', { chat_id, message_ids: ids })).result).toBe(true);
    expect(f.telegram.owner.chat()).toEqual([]);
    expect(await f.refusal('deleteMessages', { chat_id, message_ids: [] })).toMatch(/not specified/);
    expect(await f.refusal('deleteMessages', { chat_id, message_ids: Array(101).fill(1) })).toMatch(
      /too many/,
    );
  });
});

describe('newer methods', () => {
  it('show a draft until the message arrives', async () => {
    const draft = { chat_id, draft_id: 5, text: 'wri' };
    expect((await f.call('sendMessageDraft', draft)).result).toBe(true);
    expect(f.telegram.state.drafts.get(chat_id)).toMatchObject({ id: 5, text: 'wri' });
    await send();
    expect(f.telegram.state.drafts.size).toBe(0);
    expect(await f.refusal('sendMessageDraft', { ...draft, draft_id: 0 })).toMatch(/non-zero/);
  });

  it.each([
    ['a < outside code', 'a < b', /outside code/],
    ['a tag', '<b>x</b>', /outside code/],
    ['a table without a blank line before it', 'x\n|a|b|\n|-|-|', /blank line/],
    ['too many columns', `\n|${'a|'.repeat(21)}\n|${'-|'.repeat(21)}`, /too many columns/],
    ['a picture', '![x](https://a.b/c.png)', /picture/],
  ])('refuse a rich message with %s', async (_, markdown, words) => {
    expect(await f.refusal('sendRichMessage', { chat_id, rich_message: { markdown } })).toMatch(words);
  });

  it('accept a rich message with < in code or escaped', async () => {
    const markdown = 'a `<` \\< &lt;\n\n```html\n<p>|-|-|</p>\n```\n\n| a | `<` |\n|---|---|\n\n~~~\n<';
    expect((await f.call('sendRichMessage', { chat_id, rich_message: { markdown } })).ok).toBe(true);
  });

  it('send and edit rich messages of up to 32,768 units', async () => {
    const rich = (markdown: unknown): Record<string, unknown> => ({ chat_id, rich_message: { markdown } });
    const { message_id } = (await f.call('sendRichMessage', rich('# Title'))).result;
    expect((await f.call('editMessageText', { message_id, ...rich('## Title') })).ok).toBe(true);
    expect(await f.refusal('editMessageText', { message_id, ...rich('## Title') })).toMatch(/not modified/);
    expect(f.telegram.owner.fromBot()).toMatchObject([{ text: '## Title', rich: true, edits: 1 }]);
    expect((await f.call('sendRichMessage', rich('x'.repeat(32_768)))).ok).toBe(true);
    expect(await f.refusal('sendRichMessage', rich('x'.repeat(32_769)))).toMatch(/too long/);
    expect(await f.refusal('sendRichMessage', rich(' '))).toMatch(/empty/);
    expect(await f.refusal('sendRichMessage', { chat_id })).toMatch(/empty/);
  });
});
