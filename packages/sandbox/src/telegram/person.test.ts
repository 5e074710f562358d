import { startFixture, TOKEN, type Fixture } from './fixtures/client';

let f: Fixture;
beforeEach(async () => (f = await startFixture()));
afterEach(() => f.telegram.close());

it('writes messages with marked commands', async () => {
  f.telegram.owner.say('/new demo /tmp/a and /stop');
  const [{ message }] = (await f.call('getUpdates')).result;
  expect(message.entities).toEqual([
    { type: 'bot_command', offset: 0, length: 4 },
    { type: 'bot_command', offset: 21, length: 5 },
  ]);
});

it('writes a reply that contains the message it replies to', async () => {
  const { message_id } = (await f.call('sendMessage', { chat_id: 7001, text: 'well?' })).result;
  f.telegram.owner.say('yes', { replyTo: message_id });
  const [{ message }] = (await f.call('getUpdates')).result;
  expect(message.reply_to_message).toMatchObject({ message_id, text: 'well?' });
});

it('edits only its own messages', async () => {
  const id = f.telegram.owner.say('frist');
  f.telegram.owner.edit(id, 'first');
  const [, update] = (await f.call('getUpdates')).result;
  expect(update.edited_message).toMatchObject({ message_id: id, text: 'first' });
  const { message_id } = (await f.call('sendMessage', { chat_id: 7001, text: 'bot' })).result;
  expect(() => f.telegram.owner.edit(message_id, 'x')).toThrow('no message');
  expect(() => f.telegram.owner.react(9, '👍')).toThrow('no message 9');
});

it('sees only its own chat, without deleted messages', async () => {
  f.telegram.stranger.say('psst');
  const id = f.telegram.owner.say('mine');
  expect(f.telegram.owner.chat().map((m) => m.id)).toEqual([id]);
  await f.call('deleteMessage', { chat_id: 7001, message_id: id });
  expect(f.telegram.owner.chat()).toEqual([]);
  expect(f.telegram.stranger.chat()).toHaveLength(1);
});

describe('other messages of a phone', () => {
  const messages = async (): Promise<Record<string, unknown>[]> =>
    // The shape is Telegram's own; a test reads what it expects.
    // oxlint-disable-next-line typescript/no-explicit-any
    (await f.call('getUpdates')).result.map((u: any) => u.message ?? u.edited_message);
  const file = (name: string, bytes = 'x') => ({ name, mime: 'text/plain', bytes: Buffer.from(bytes) });

  it('are a long text in parts that lose nothing but the space around the cuts', async () => {
    const line = 'word '.repeat(100).trim();
    const text = Array.from({ length: 30 }, (_, i) => `${i} ${line}`).join('\n');
    const ids = f.telegram.owner.paste(text);
    const got = await messages();
    expect(got.map((m) => m['message_id'])).toEqual(ids);
    expect(got.length).toBeGreaterThan(2);
    expect(
      got
        .map((m) => String(m['text']))
        .join('')
        .replace(/\s/g, ''),
    ).toBe(text.replace(/\s/g, ''));
  });

  it('are an album: messages of one group with the caption under the first', async () => {
    f.telegram.owner.album([file('a.txt'), file('b.txt')], { caption: 'both' });
    const [a, b] = await messages();
    expect(a).toMatchObject({ caption: 'both', document: { file_name: 'a.txt' } });
    expect(b?.['caption']).toBeUndefined();
    expect(a?.['media_group_id']).toBe(b?.['media_group_id']);
    expect(() => f.telegram.owner.album([file('alone.txt')])).toThrow('two to ten');
  });

  it.each([
    ['voice', 'voice'],
    ['video_note', 'video_note'],
    ['animation', 'animation'],
    ['video', 'video'],
    ['audio', 'audio'],
  ] as const)('are files of the kind %s', async (as, field) => {
    f.telegram.owner.upload(file('a.bin'), { as });
    const [message] = await messages();
    expect(message?.[field]).toMatchObject({ file_id: expect.any(String) as string, file_size: 1 });
    // On the real server, too, an animation is also a document.
    expect(message?.['document'] !== undefined).toBe(as === 'animation');
  });

  it('are a location, a contact, a sticker and a poll', async () => {
    const location = { latitude: 1.5, longitude: -2 };
    f.telegram.owner.send({ location });
    f.telegram.owner.send({ venue: { location, title: 'Café', address: 'Street 1' } });
    f.telegram.owner.send({ contact: { phone_number: '+491', first_name: 'Ann' } });
    f.telegram.owner.send({ sticker: { emoji: '👍' } });
    f.telegram.owner.send({ poll: { question: 'q', options: ['a', 'b'] } });
    const got = await messages();
    expect(got).toMatchObject([
      { location },
      { venue: { title: 'Café' }, location },
      { contact: { first_name: 'Ann' } },
      { sticker: { emoji: '👍', file_id: expect.any(String) as string } },
      { poll: { options: [{ text: 'a' }, { text: 'b' }] } },
    ]);
    expect(got.some((m) => 'text' in m)).toBe(false);
  });

  it('name the origin of a forward and the words of a quote', async () => {
    const { message_id } = (await f.call('sendMessage', { chat_id: 7001, text: 'first, second' })).result;
    f.telegram.owner.say('that one', { replyTo: message_id, quote: 'second' });
    const forward = { type: 'hidden_user', date: 5, sender_user_name: 'Bob' } as const;
    f.telegram.owner.say('news', { forward });
    const [quoting, forwarded] = await messages();
    expect(quoting).toMatchObject({
      quote: { text: 'second', position: 7 },
      reply_to_message: { message_id },
    });
    expect(forwarded).toMatchObject({ text: 'news', forward_origin: forward });
    expect(() => f.telegram.owner.say('x', { replyTo: message_id, quote: 'third' })).toThrow('nothing');
  });

  it('have captions that can be edited like texts', async () => {
    const id = f.telegram.owner.upload(file('a.txt'), { caption: 'one' });
    f.telegram.owner.edit(id, 'two');
    const [, edited] = await messages();
    expect(edited).toMatchObject({ caption: 'two', document: { file_name: 'a.txt' } });
  });

  it('are files that can be downloaded for an hour after getFile, unless they are too large', async () => {
    let now = 1_000_000;
    const timed = await startFixture({ now: () => now });
    timed.telegram.owner.upload(file('a.txt', 'content'));
    const [stored] = timed.telegram.state.files.values();
    const get = () => fetch(`${timed.telegram.apiRoot}/file/bot${TOKEN}/${stored?.path}`);
    expect((await get()).status).toBe(404);
    await timed.call('getFile', { file_id: stored?.id });
    expect(await (await get()).text()).toBe('content');
    timed.telegram.fault({ method: 'file', kind: 'cut', times: 1 });
    await expect(get().then((r) => r.text())).rejects.toThrow();
    now += 3_600_001;
    expect((await get()).status).toBe(404);
    const large = { name: 'l', mime: 'x/y', bytes: Buffer.alloc(20 * 1024 * 1024 + 1) };
    timed.telegram.owner.upload(large);
    const id = [...timed.telegram.state.files.values()].at(-1)?.id;
    expect(await timed.refusal('getFile', { file_id: id })).toMatch(/file is too big/);
    await timed.telegram.close();
  });

  it('can be forged updates of any kind, allowed or not', async () => {
    await f.call('getUpdates', { allowed_updates: ['message'] });
    f.telegram.state.forge({ inline_query: { id: 'q', from: f.telegram.stranger.user, query: 'x' } });
    expect((await f.call('getUpdates')).result).toMatchObject([{ inline_query: { query: 'x' } }]);
  });
});
