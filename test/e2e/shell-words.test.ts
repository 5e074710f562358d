import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite } from '../../packages/worker/src/store/sqlite';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { botMessages, botSays } from './harness/chat';
import { prepareSystem, stopSupervisors, type Supervisor, type System } from './harness/system';

const NOT_TYPED = 'Nothing was typed into';

describe('words of others, for a shell', () => {
  let system: System;
  let supervisor: Supervisor;
  beforeAll(async () => {
    system = await prepareSystem({ settings: { CLAUDE_COMMAND: 'no-such-agent', SHELL: '/bin/bash' } });
    supervisor = system.supervise();
    system.telegram.owner.say(`/new @shell ${system.project}`);
    await botSays(system, 'running');
  });
  afterAll(() => system.stop());

  const evil = (n: number | string): string => `$(touch pwned-${n})`;
  const stranger = { id: 9, is_bot: false, first_name: evil('name') };
  const origin = { type: 'user' as const, date: 1_700_000_000, sender_user: stranger };
  const refusals = (): ChatMessage[] => botMessages(system, NOT_TYPED);
  const pwned = (): string[] => readdirSync(system.project).filter((name) => name.startsWith('pwned'));

  /** A message as Telegram would send it, with fields that no phone of the tests makes. */
  function sendRaw(fields: object, kind: 'message' | 'edited_message' = 'message', id?: number): number {
    const { state, owner } = system.telegram;
    const messageId = id ?? state.newMessageId(owner.user.id);
    const date = Math.floor(Date.now() / 1_000);
    const chat = { id: owner.user.id, type: 'private', first_name: owner.user.first_name };
    state.addUpdate({ [kind]: { message_id: messageId, date, from: owner.user, chat, ...fields } });
    return messageId;
  }

  /** Runs a line of the user's own, and waits for what it does: everything before it was handled. */
  async function ownLine(line: string, file: string): Promise<void> {
    system.telegram.owner.say(line);
    await system.telegram.waitFor(() => existsSync(join(system.project, file)));
  }

  it('types what the user wrote', async () => {
    await ownLine('touch own-1', 'own-1');
    const card = await botSays(system, 'running'); // it moves below what the user wrote
    system.telegram.owner.say('touch own-2', { replyTo: card.id });
    await system.telegram.waitFor(() => existsSync(join(system.project, 'own-2')));
  });

  const owner = (): System['telegram']['owner'] => system.telegram.owner;
  const file = (name: string) => ({ name, mime: 'text/plain', bytes: Buffer.from('content') });
  const text = 'echo hi';
  const ways: [string, () => unknown][] = [
    ['a forwarded text', () => owner().say(evil(1), { forward: origin })],
    ['the name of who wrote it first', () => owner().say('echo hi', { forward: origin })],
    [
      'the name of a chat',
      () =>
        owner().say('echo hi', {
          forward: { type: 'chat', date: 1, sender_chat: { id: 5, type: 'group', title: evil(2) } },
        }),
    ],
    ['a contact', () => owner().send({ contact: { phone_number: evil(3), first_name: evil(4) } })],
    [
      'a place',
      () =>
        owner().send({
          venue: { location: { latitude: 1, longitude: 2 }, title: evil(5), address: evil(6) },
        }),
    ],
    ['a sticker', () => owner().send({ sticker: { emoji: 'x', set_name: evil(7) } })],
    ['a file with its name and caption', () => owner().upload(file(evil(8)), { caption: evil(9) })],
    ['a forwarded file', () => owner().upload(file('a.txt'), { caption: evil(10), forward: origin })],
    ['a forwarded voice message', () => owner().upload(file('v.oga'), { as: 'voice', forward: origin })],
    [
      'words picked from another message',
      () => owner().say('echo hi', { replyTo: lastWith('running'), quote: 'running' }),
    ],
    [
      'a quote from another chat',
      () => sendRaw({ text, quote: { text: evil(11) }, external_reply: { origin } }),
    ],
    ['a reply to a story', () => sendRaw({ text: evil(12), reply_to_story: { id: 1 } })],
    ['what another bot wrote', () => sendRaw({ text: evil(13), via_bot: { ...stranger, is_bot: true } })],
    [
      'the name of a contact in the text',
      () =>
        sendRaw({
          text: evil(14),
          entities: [{ type: 'text_mention', offset: 0, length: 9, user: stranger }],
        }),
    ],
    [
      'an emoji of a set',
      () =>
        sendRaw({
          text: evil(15),
          entities: [{ type: 'custom_emoji', offset: 0, length: 1, custom_emoji_id: '1' }],
        }),
    ],
    [
      'a hidden link',
      () =>
        sendRaw({
          text: evil(16),
          entities: [{ type: 'text_link', offset: 0, length: 1, url: 'https://x.example' }],
        }),
    ],
    ['a reply to a forward', () => owner().say(evil(17), { replyTo: owner().say('x', { forward: origin }) })],
    [
      'a paste of which one part is foreign',
      () => {
        owner().say(`: ${'x'.repeat(4_090)}`);
        sendRaw({
          text: evil(18),
          entities: [{ type: 'text_mention', offset: 0, length: 9, user: stranger }],
        });
      },
    ],
    ['a field that this ccbot does not know', () => sendRaw({ text: evil(19), of_a_later_api: {} })],
  ];

  function lastWith(words: string): number {
    return botMessages(system, words).at(-1)?.id ?? 0;
  }

  it.each(ways)('does not type %s', async (_way, send) => {
    const before = refusals().length;
    await system.telegram.waitFor(() => lastWith('running') > 0); // a card that moves is gone for a moment
    send();
    await system.telegram.waitFor(() => refusals().length > before);
    await ownLine(`touch own-after-${before}`, `own-after-${before}`);
    expect(pwned()).toEqual([]);
  });

  it('starts no command line of others', async () => {
    sendRaw({
      text: `/new @shell ${evil(20)}`,
      entities: [{ type: 'text_mention', offset: 12, length: 9, user: stranger }],
    });
    await botSays(system, 'No session was started');
    sendRaw({ text: `/new @shell ${evil(21)}`, via_bot: { ...stranger, is_bot: true } });
    await ownLine('touch own-line', 'own-line');
    expect(pwned()).toEqual([]);
  });

  it('saves it as a file when the user wants that, and types nothing', async () => {
    const id = owner().say(`${evil('saved')} in a forward`, { forward: origin });
    const offer = await system.telegram.waitFor(() => refusals().find((m) => m.replyTo === id));
    owner().tap('Save as a file', offer.id);
    const saved = await system.telegram.waitFor(() =>
      botMessages(system, 'Saved as').find((m) => m.id === offer.id),
    );
    expect(saved.keyboard.flat()).toEqual([]);
    const path = /\/\S+message\.txt/.exec(saved.text)?.[0] ?? '';
    expect(path).toContain(join(system.project, '.ccbot-inbox'));
    expect(readFileSync(path, 'utf8')).toContain(evil('saved'));
    await ownLine('touch own-saved', 'own-saved');
    expect(pwned()).toEqual([]);
  });

  it('does not type a prompt that an earlier ccbot stored, of which nobody knows who wrote it', async () => {
    const before = refusals().length;
    // No worker may be there: one that is stopped in a transaction keeps the database locked.
    await stopSupervisors([supervisor]);
    const db = openSqlite(join(system.ccbotDir, 'ccbot.db'));
    const { session } = db.prepare<[], { session: string }>('SELECT session FROM prompts LIMIT 1').get() ?? {
      session: '',
    };
    db.prepare('INSERT INTO prompts (id, session, chat, message, text, at) VALUES (?, ?, ?, ?, ?, ?)').run(
      1,
      session,
      owner().user.id,
      1,
      evil('stored'),
      0,
    );
    db.close();
    supervisor = system.supervise();
    await system.telegram.waitFor(() => refusals().length > before);
    await ownLine('touch own-stored', 'own-stored');
    expect(pwned()).toEqual([]);
  });
});
