import { DIALOG, KernelUnderTest } from '../fixtures/kernel';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

const SECRET = 'what the stranger wrote';
const owner = { id: 7, is_bot: false, first_name: 'P' };
const stranger = { id: 8, is_bot: false, first_name: 'S' };
const home = (id: number) => ({ id, type: 'private', first_name: 'x' });
const group = { id: -100, type: 'supergroup', title: 'G' };
const channel = { id: -200, type: 'channel', title: 'C' };
const message = (from: object | undefined, chat: object, more: object = {}) => ({
  message_id: 5,
  date: 1_700_000_000,
  ...(from === undefined ? {} : { from }),
  chat,
  text: SECRET,
  ...more,
});
const tap = (from: object, more: object) => ({ id: 'q', from, chat_instance: '1', data: 'list', ...more });

describe('nothing happens and nothing is answered', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a message of a stranger', { message: message(stranger, home(8)) }],
    ['/start of a stranger', { message: message(stranger, home(8), { text: '/start' }) }],
    ['/new of a stranger', { message: message(stranger, home(8), { text: '/new x /tmp' }) }],
    ['a paste of a stranger', { message: message(stranger, home(8), { text: 'x'.repeat(4_096) }) }],
    [
      'a file of a stranger',
      { message: message(stranger, home(8), { text: undefined, document: { file_id: 'f' } }) },
    ],
    [
      'a voice message of a stranger',
      { message: message(stranger, home(8), { text: undefined, voice: { file_id: 'f' } }) },
    ],
    ['a poll of a stranger', { message: message(stranger, home(8), { text: undefined, poll: {} }) }],
    ['an edit of a stranger', { edited_message: message(stranger, home(8)) }],
    ['a tap of a stranger', { callback_query: tap(stranger, { message: message(owner, home(8)) }) }],
    [
      'a tap of a stranger on a message of the owner’s chat',
      { callback_query: tap(stranger, { message: message(owner, home(7)) }) },
    ],
    ['a tap on an inline message', { callback_query: tap(owner, { inline_message_id: 'i' }) }],
    ['a message of the owner in a group', { message: message(owner, group) }],
    ['a tap of the owner in a group', { callback_query: tap(owner, { message: message(owner, group) }) }],
    ['an edit of the owner in a group', { edited_message: message(owner, group) }],
    ['a message in the owner’s name from another chat', { message: message(owner, home(8)) }],
    ['a message in the owner’s chat from another', { message: message(stranger, home(7)) }],
    ['a message of nobody', { message: message(undefined, home(7)) }],
    ['a message with the owner’s id as text', { message: message({ ...owner, id: '7' }, home(7)) }],
    [
      'a message of a channel in the owner’s name',
      { message: message(undefined, channel, { sender_chat: owner }) },
    ],
    ['a post of a channel', { channel_post: message(undefined, channel) }],
    ['an edited post of a channel', { edited_channel_post: message(undefined, channel) }],
    [
      'an inline query of a stranger',
      { inline_query: { id: 'q', from: stranger, query: SECRET, offset: '' } },
    ],
    ['an inline query of the owner', { inline_query: { id: 'q', from: owner, query: SECRET, offset: '' } }],
    ['a chosen inline result', { chosen_inline_result: { result_id: 'r', from: owner, query: SECRET } }],
    [
      'a reaction of a stranger',
      {
        message_reaction: {
          chat: home(8),
          user: stranger,
          message_id: 5,
          date: 1,
          old_reaction: [],
          new_reaction: [],
        },
      },
    ],
    ['a business message', { business_message: message(owner, home(8)) }],
    ['a poll answer', { poll_answer: { poll_id: 'p', user: stranger, option_ids: [0] } }],
    ['a request to join', { chat_join_request: { chat: group, from: stranger, date: 1 } }],
    ['to be added to a group', { my_chat_member: { chat: group, from: stranger, date: 1 } }],
    ['garbage', { message: 'garbage' }],
    ['nothing', {}],
  ])('to %s', async (_, body) => {
    const id = w.telegram.state.forge(body);
    w.telegram.state.forge({ message: message(owner, home(7), { text: '/health' }) });
    // The owner's own message behind it is answered: by then the other one has had its turn.
    await w.until(() => w.said('sessions: 0')[0]);
    await w.eventually(() => w.rooms.world.updates.depth() === 0);
    await w.rooms.outbox.flush(5_000);
    const calls = w.telegram.calls.filter((c) => c.method !== 'getUpdates');
    const answers = calls.filter((c) => c.params['chat_id'] === 7 && c.method.startsWith('send'));
    expect(answers).toHaveLength(1);
    expect(calls.filter((c) => c.params['chat_id'] !== 7)).toEqual([]);
    expect(w.panes.opened).toEqual([]);
    // It was never stored.
    expect(w.store.db.prepare('SELECT 1 FROM updates WHERE id = ?').get(id)).toBeUndefined();
  });

  it('to a stranger’s tap on a real button, not even an acknowledgement', async () => {
    await w.opened();
    w.panes.show(w.session, DIALOG);
    const tapped = {
      callback_query: tap(stranger, { data: `key:${w.session}:Enter`, message: message(owner, home(7)) }),
    };
    w.telegram.state.forge(tapped);
    w.telegram.owner.say('/health');
    await w.until(() => w.said('sessions: 1')[0]);
    expect(w.panes.typed).toEqual([]);
    expect(w.telegram.calls.some((c) => c.method === 'answerCallbackQuery')).toBe(false);
  });
});

it('is logged with sender and kind, and never with what was written', async () => {
  w.telegram.stranger.say(SECRET);
  w.telegram.stranger.upload(
    { name: `${SECRET}.txt`, mime: 'text/plain', bytes: Buffer.from('x') },
    { caption: SECRET },
  );
  await w.eventually(() => w.logged.filter((l) => l.text === 'update not admitted').length === 2);
  expect(w.logged.map((l) => l.meta)).toEqual(
    expect.arrayContaining([
      { why: 'stranger', kind: 'text', user: 8, strangers: 1 },
      { why: 'stranger', kind: 'attachment', user: 8, strangers: 2 },
    ]),
  );
  expect(JSON.stringify(w.logged)).not.toContain(SECRET);
});

it('is stored among a stranger’s updates, and the offset moves behind all of them', async () => {
  for (let i = 0; i < 30; i++) {
    w.telegram.stranger.say(SECRET);
    if (i % 10 === 5) w.telegram.owner.say('/health');
  }
  await w.eventually(() => w.said('sessions: 0').length === 3);
  expect(w.store.db.prepare('SELECT count(*) AS n FROM updates').get()).toEqual({ n: 3 });
  await w.eventually(() => w.telegram.state.updates.length === 0);
});

it('is logged for twenty updates a minute, and counted for all', async () => {
  for (let i = 0; i < 250; i++) w.telegram.stranger.say(SECRET);
  const notAdmitted = () => w.logged.filter((l) => l.text === 'update not admitted');
  w.telegram.owner.say('/health');
  await w.until(() => w.said('sessions: 0')[0]);
  expect(notAdmitted()).toHaveLength(20);
  w.ahead = 60_000;
  w.telegram.stranger.say(SECRET);
  await w.eventually(() => notAdmitted().length === 21);
  expect(notAdmitted()[20]?.meta).toMatchObject({ strangers: 251 });
});

describe('a flood from the owner', () => {
  it('is limited, with a notice that counts what was refused, and Stop and other commands keep working', async () => {
    await w.close();
    w = new KernelUnderTest({ CCBOT_MESSAGES_PER_MINUTE: '5' });
    await w.open();
    await w.ready();
    for (let i = 1; i <= 12; i++) w.telegram.owner.say(`message ${i}`);
    w.telegram.owner.say('/health');
    await w.until(() => w.said('sessions: 1')[0]);
    await w.until(() => w.said('7 of your messages were not handled')[0]);
    expect(w.said('not handled')).toHaveLength(1);
    expect(w.said('message 6')).toHaveLength(1);
    await w.eventually(() => w.typed().length === 5);
    expect(w.typed()).toEqual([1, 2, 3, 4, 5].map((i) => `message ${i}`));
  });
});
