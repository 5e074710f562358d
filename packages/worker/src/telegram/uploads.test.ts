import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { png } from '@ccbot/sandbox/telegram/fixtures/client';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { until } from '@ccbot/shared/fixtures/until';
import { createBotApi } from './adapter';
import type { BotApi, FileToUpload } from './api';
import { agentFactory } from './proxy';

const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const chat_id = 7;

let dir: string;
let telegram: Sandbox;
let api: BotApi;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-uploads-'));
  const person = (id: number) => ({ id, is_bot: false, first_name: 'P' });
  telegram = await startTelegram({ token: TOKEN, owner: person(7), stranger: person(8) });
  const makeAgent = await agentFactory(telegram.apiRoot, '');
  api = createBotApi({ token: TOKEN, apiRoot: telegram.apiRoot, makeAgent });
});
afterEach(async () => {
  await telegram.close();
  rmSync(dir, { recursive: true, force: true });
});

function file(content: string | Buffer, name = 'a.txt'): FileToUpload {
  const path = join(dir, name);
  writeFileSync(path, content);
  return { upload: { path, name } };
}

/** Files of this test that are open in this process. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(dir) ? [path] : [];
    } catch {
      return []; // closed while we looked
    }
  });
}

/** Resolves when no file of this test is open: the system closes one a moment after it was let go. */
const allClosed = (): Promise<void> => until(() => openFiles().length === 0);

it('sends files with everything else that belongs to the message', async () => {
  const entities = [{ type: 'bold', offset: 0, length: 4 }];
  const reply = telegram.owner.say('please');
  const more = {
    caption: 'bold',
    caption_entities: entities,
    reply_parameters: { message_id: reply },
    reply_markup: { inline_keyboard: [[{ text: 'Ok', callback_data: 'ok' }]] },
    disable_notification: true,
  };
  await api.call('sendDocument', { chat_id, document: file('text', 'Grüße 😀.txt'), ...more });
  expect(telegram.owner.fromBot()).toMatchObject([
    { text: 'bold', entities, replyTo: reply, silent: true, keyboard: [[{ text: 'Ok' }]] },
  ]);
  expect(telegram.owner.fromBot()[0]?.media?.file.name).toBe('Grüße 😀.txt');
  expect(telegram.warnings).toEqual([]);
});

it('sends the files of an album, and a file that replaces another', async () => {
  const media = ['a.png', 'b.png'].map((name) => ({ type: 'photo', media: file(png(20, 20), name) }));
  const sent = await api.call<{ message_id: number }[]>('sendMediaGroup', { chat_id, media });
  const message_id = sent.ok ? sent.value[1]?.message_id : 0;
  const other = { type: 'photo', media: file(png(30, 30), 'c.png'), caption: 'new' };
  expect(await api.call('editMessageMedia', { chat_id, message_id, media: other })).toMatchObject({
    ok: true,
  });
  expect(telegram.owner.fromBot().map((m) => [m.text, m.media?.file.width])).toEqual([
    ['', 20],
    ['new', 30],
  ]);
});

it('reports an unreadable file before anything is sent', async () => {
  const result = await api.call('sendDocument', {
    chat_id,
    document: { upload: { path: join(dir, 'none'), name: 'none' } },
  });
  expect(result).toMatchObject({ failure: { kind: 'refused', reason: 'file-gone' } });
  expect(telegram.calls).toEqual([]);
});

it('reports a file that breaks while it is read', async () => {
  const result = await api.call('sendDocument', { chat_id, document: { upload: { path: dir, name: 'd' } } });
  expect(result).toMatchObject({ failure: { kind: 'refused', reason: 'file-gone' } });
  expect(telegram.owner.fromBot()).toEqual([]);
});

it('keeps the line ends of a caption, and what of a name would end it', async () => {
  const caption = 'one\ntwo\r\n--three--\n"four"';
  await api.call('sendDocument', { chat_id, caption, document: file('text', 'a\u2028b.txt') });
  expect(telegram.calls.at(-1)?.params).toMatchObject({ caption });
  expect(telegram.owner.fromBot()[0]?.media?.file.name).toBe('a\u2028b.txt');
});

it('reads a large file while it is sent, and leaves none open', async () => {
  const document = file(Buffer.alloc(20 * 1024 * 1024, 7), 'large.bin');
  expect(await api.call('sendDocument', { chat_id, document })).toMatchObject({ ok: true });
  await allClosed();
  expect(telegram.owner.fromBot()[0]?.media?.file.bytes).toHaveLength(20 * 1024 * 1024);
});

it('does not break a running call when the connections are rebuilt', async () => {
  telegram.fault({ method: 'sendMessage', kind: 'slow', times: 1, delayMs: 200 });
  const slow = api.call('sendMessage', { chat_id, text: 'slow' });
  await telegram.waitFor(() => telegram.calls.length === 1);
  api.rebuild();
  expect(await slow).toMatchObject({ ok: true });
});
