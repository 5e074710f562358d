import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OWNER, STRANGER, startFixture, TOKEN, type Fixture } from './fixtures/client';

let f: Fixture;
afterEach(() => f.telegram.close());

const chat_id = OWNER.id;
const NOT_FOUND = '400 Bad Request: message thread not found';

describe('topics of a private chat', () => {
  let topic: number;
  beforeEach(async () => {
    f = await startFixture();
    topic = f.telegram.owner.beginTopic('work');
  });
  const sends: [string, Record<string, unknown>][] = [
    ['sendMessage', { text: 'x' }],
    ['sendRichMessage', { rich_message: { markdown: 'x' } }],
    ['sendMessageDraft', { draft_id: 1, text: 'x' }],
  ];

  it.each(sends)('are known to %s, which refuses any other thread', async (method, params) => {
    const inThread = (message_thread_id: unknown) => ({ chat_id, message_thread_id, ...params });
    expect((await f.call(method, inThread(topic))).ok).toBe(true);
    for (const other of [1, topic + 1, -5]) expect(await f.refusal(method, inThread(other))).toBe(NOT_FOUND);
    expect(await f.refusal(method, { ...inThread(topic), chat_id: STRANGER.id })).toBe(NOT_FOUND);
    f.telegram.owner.changeTopic(topic, 'closed');
    expect(await f.refusal(method, inThread(topic))).toBe('400 Bad Request: TOPIC_CLOSED');
    f.telegram.owner.changeTopic(topic, 'deleted');
    expect(await f.refusal(method, inThread(topic))).toBe(NOT_FOUND);
  });

  it('are in messages, taps and edits, and where a reply names none', async () => {
    const { result } = await f.call('sendMessage', { chat_id, message_thread_id: topic, text: 'in it' });
    expect(result).toMatchObject({ message_thread_id: topic, is_topic_message: true });
    const reply = await f.call('sendMessage', {
      chat_id,
      text: 'reply',
      reply_parameters: { message_id: result.message_id },
    });
    expect(reply.result.message_thread_id).toBe(topic);
    const outside = await f.call('sendMessage', { chat_id, text: 'outside' });
    expect(outside.result.message_thread_id).toBeUndefined();
    f.telegram.owner.say('mine', { thread: topic });
    expect(JSON.stringify(f.telegram.state.updates.at(-1))).toContain(`"message_thread_id":${topic}`);
    expect(() => f.telegram.owner.say('lost', { thread: 9 })).toThrow('no open topic 9');
  });

  it('take their messages along when they are deleted, and getMe says that they are on', async () => {
    await f.call('sendMessage', { chat_id, message_thread_id: topic, text: 'in it' });
    f.telegram.owner.changeTopic(topic, 'deleted');
    expect(f.telegram.owner.fromBot()).toEqual([]);
    expect((await f.call('getMe')).result.has_topics_enabled).toBe(true);
  });
});

describe('a server with --local', () => {
  let dir: string;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ccbot-sandbox-local-'));
    f = await startFixture({ filesDir: dir });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('names files of any size by a path in the directory of the bot, and offers no download', async () => {
    const bytes = Buffer.alloc(21 * 1024 * 1024, 7);
    f.telegram.owner.upload({ name: 'a.bin', mime: 'application/octet-stream', bytes });
    const [file] = f.telegram.state.files.values();
    const { result } = await f.call('getFile', { file_id: file?.id });
    expect(result.file_path).toBe(join(dir, TOKEN, file?.path ?? ''));
    expect(readFileSync(result.file_path).equals(bytes)).toBe(true);
    const answer = await fetch(`${f.telegram.apiRoot}/file/bot${TOKEN}/${file?.path}`);
    expect(answer.status).toBe(404);
    f.telegram.state.filesDirThere = '/container';
    const there = await f.call('getFile', { file_id: file?.id });
    expect(existsSync(there.result.file_path)).toBe(false);
  });
});
