import { existsSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { png } from '@ccbot/sandbox/telegram/fixtures/client';
import type { Part, PartFile } from '../cards/view';
import { REPEAT_MARK, CHAT, openRig, type Rig } from './fixtures/rig';
import { NO_THREAD, type QueuedView } from './model';
import { outboxKey } from './keys';

let rig: Rig;
beforeEach(async () => (rig = await openRig()));
afterEach(() => rig.close());

const photo = (width: number, name = 'screen.png'): PartFile => ({
  name,
  as: 'photo',
  content: { bytes: png(width, 100) },
});
const document = (content: PartFile['content'], name = 'notes.txt'): PartFile => ({
  name,
  as: 'document',
  content,
});
const bytes = (text: string): { bytes: Uint8Array } => ({ bytes: Buffer.from(text) });
const part = (file: PartFile, text = '', more: Partial<Part> = {}): Part => ({
  text,
  entities: [],
  file,
  ...more,
});
const want = (key: string, kind: QueuedView['class'], parts: Part[], album = false): QueuedView => ({
  chatId: CHAT,
  thread: NO_THREAD,
  key: outboxKey(key),
  class: kind,
  view: { parts, album },
});
const show = async (key: string, ...parts: Part[]): Promise<void> => {
  rig.outbox.put(want(key, 'notice', parts));
  await rig.flush();
};
const kept = (): string[] => readdirSync(rig.filesDir);

it('shows a photo with its caption and buttons, and deletes its copy', async () => {
  const buttons = [[{ text: 'Again', data: 'again:1' }]];
  await show('s', part(photo(200), 'bold', { buttons, entities: [{ type: 'bold', offset: 0, length: 4 }] }));
  expect(rig.messages()).toMatchObject([
    {
      text: 'bold',
      entities: [{ type: 'bold' }],
      keyboard: [[{ text: 'Again' }]],
      media: { kind: 'photo', file: { name: 'screen.png', width: 200 } },
    },
  ]);
  expect(kept()).toEqual([]);
  expect(rig.telegram.warnings).toEqual([]);
});

it('changes a photo in place, and only its caption where the picture is the same', async () => {
  await show('s', part(photo(200), 'one'));
  await show('s', part(photo(300), 'one'));
  expect(rig.calls('editMessageMedia')).toBe(1);
  await show('s', part(photo(300), 'two'));
  await show('s', part(photo(300)));
  expect(rig.calls('editMessageMedia')).toBe(1);
  expect(rig.calls('editMessageCaption')).toBe(2);
  expect(rig.calls('sendPhoto')).toBe(1);
  expect(rig.messages()).toMatchObject([{ text: '', media: { file: { width: 300 } } }]);
  await show('s', part(photo(300)));
  expect(rig.telegram.calls).toHaveLength(4);
});

it('sends a document unchanged, from the copy it took when it was queued', async () => {
  const path = join(rig.dir, 'report.bin');
  const content = Buffer.from(Array.from({ length: 600_000 }, (_, i) => i % 253));
  writeFileSync(path, content);
  rig.outbox.put(want('d', 'notice', [part(document({ path }, 'Bericht “1”.bin'), 'here')]));
  expect(kept().map((name) => statSync(join(rig.filesDir, name)).mode & 0o777)).toEqual([0o600]);
  rmSync(path);
  await rig.restart();
  await rig.flush();
  const [message] = rig.messages();
  expect(message?.media?.file.bytes.equals(content)).toBe(true);
  expect(message?.media?.file.name).toBe('Bericht “1”.bin');
  expect(kept()).toEqual([]);
});

it('replies and makes no sound with a file as with a text', async () => {
  const replyTo = rig.telegram.owner.say('make one');
  rig.outbox.put({ ...want('d', 'notice', [part(document(bytes('x')))]), replyTo, silent: true });
  await rig.flush();
  expect(rig.messages()).toMatchObject([{ replyTo, silent: true }]);
});

it('sends several files as an album, and edits one of them in place', async () => {
  const parts = [part(photo(200, 'a.png'), 'first'), part(photo(300, 'b.png')), part(photo(400, 'c.png'))];
  rig.outbox.put(want('a', 'notice', parts, true));
  await rig.flush();
  expect(rig.calls('sendMediaGroup')).toBe(1);
  expect(new Set(rig.messages().map((m) => m.mediaGroupId)).size).toBe(1);
  rig.outbox.put(want('a', 'notice', [...parts.slice(0, 2), part(photo(400, 'c.png'), 'last')], true));
  await rig.flush();
  expect(rig.texts()).toEqual(['first', '', 'last']);
  rig.outbox.put(want('a', 'notice', []));
  await rig.flush();
  expect(rig.messages()).toEqual([]);
  expect(kept()).toEqual([]);
});

it('sends the files of an album one by one when Telegram refuses the album', async () => {
  const broken = { ...photo(200, 'broken.png'), content: bytes('no picture') };
  rig.outbox.put(want('a', 'notice', [part(photo(200)), part(broken, 'see')], true));
  await rig.flush();
  expect(rig.messages().map((m) => m.media?.kind)).toEqual(['photo', 'document']);
});

it('sends a photo that Telegram cannot show as a document', async () => {
  await show('s', part(photo(9_950), 'too wide'));
  expect(rig.messages()).toMatchObject([{ text: 'too wide', media: { kind: 'document' } }]);
});

it('sends a photo of more than 10 MB as a document without trying it as a photo', async () => {
  await show(
    's',
    part({ ...photo(10), content: { bytes: Buffer.concat([png(10, 10), Buffer.alloc(11e6)]) } }),
  );
  expect(rig.messages()[0]?.media?.kind).toBe('document');
  expect(rig.calls('sendPhoto')).toBe(0);
});

it.each([
  ['is gone', { path: '/nowhere/x.txt' }, /could not be sent: the file no longer exists/],
  ['is a directory', { path: '/' }, /could not be sent: it is not a file/],
  ['is empty', bytes(''), /is empty/],
  ['is too large', { bytes: new Uint8Array(50 * 1024 * 1024 + 1) }, /has 51 MB.*50 MB at most/],
])('says so in words when the file %s', async (_, content, words) => {
  await show('d', part(document(content), 'The notes', { buttons: [[{ text: 'Ok', data: 'ok' }]] }));
  expect(rig.messages()).toMatchObject([{ keyboard: [[{ text: 'Ok' }]] }]);
  expect(rig.texts()[0]).toMatch(/^The notes\n\n/);
  expect(rig.texts()[0]).toMatch(words);
  expect(kept()).toEqual([]);
});

it('says that a copy is gone by the time it is sent, and sends the rest', async () => {
  rig.outbox.put(want('d', 'notice', [part(document(bytes('x')), 'caption')]));
  rig.outbox.put(want('e', 'notice', [{ text: 'next', entities: [] }]));
  for (const name of kept()) rmSync(join(rig.filesDir, name));
  await rig.flush();
  expect(rig.texts()).toEqual([expect.stringMatching(/^caption\n\n.*notes\.txt could not be sent/s), 'next']);
});

it('sends a caption that is too long as a separate message', async () => {
  await show('d', part(document(bytes('x')), 'y'.repeat(1_025), { buttons: [[{ text: 'Ok', data: 'ok' }]] }));
  expect(rig.messages()).toMatchObject([
    { text: 'y'.repeat(1_025), keyboard: [] },
    { text: '', keyboard: [[{ text: 'Ok' }]], media: { kind: 'document' } },
  ]);
});

it('replaces a text by a file, and a file by a text', async () => {
  rig.outbox.put({ ...want('k', 'notice', []), view: { parts: [{ text: 'wait', entities: [] }] } });
  await rig.flush();
  await show('k', part(photo(200)));
  expect(rig.messages()).toMatchObject([{ media: { kind: 'photo' } }]);
  rig.outbox.put({ ...want('k', 'notice', []), view: { parts: [{ text: 'done', entities: [] }] } });
  await rig.flush();
  expect(rig.texts()).toEqual(['done']);
});

it('keeps one copy of what waits: the file of a replaced view is deleted', () => {
  rig.outbox.put(want('s', 'card', [part(photo(200))]));
  const [first] = kept();
  rig.outbox.put(want('s', 'card', [part(photo(300))]));
  expect(kept()).toHaveLength(1);
  expect(kept()).not.toContain(first);
});

it('deletes a copy that a crash left without a view', async () => {
  writeFileSync(join(rig.filesDir, 'left-over'), 'x');
  rig.outbox.put(want('d', 'notice', [part(document(bytes('mine')))]));
  await rig.restart();
  await rig.flush();
  expect(existsSync(join(rig.filesDir, 'left-over'))).toBe(false);
  expect(rig.messages()[0]?.media?.file.bytes.toString()).toBe('mine');
});

it('sends a file of an answer again, with a mark, when it may have arrived', async () => {
  rig.telegram.fault({ method: 'sendDocument', kind: 'reset-after', times: 1 });
  rig.outbox.put(want('d', 'answer', [part(document(bytes('x')), 'the plan'), part(document(bytes('y')))]));
  await rig.flush();
  expect(rig.texts()).toEqual(['the plan', `${REPEAT_MARK}the plan`, '']);
});

it('says so when an upload fails again and again although Telegram can be reached', async () => {
  rig.telegram.fault({ method: 'sendDocument', kind: 'reset' });
  rig.outbox.put(want('d', 'notice', [part(document(bytes('x')), 'big')]));
  await rig.flush();
  expect(rig.calls('sendDocument')).toBe(5);
  expect(rig.texts()).toEqual([expect.stringContaining('could not be uploaded')]);
});

it('sends a question during a long upload', async () => {
  rig.telegram.fault({ method: 'sendDocument', kind: 'hang', times: 1 });
  rig.outbox.start();
  rig.outbox.put(want('d', 'notice', [part(document(bytes('slow one')))]));
  await rig.telegram.waitFor(() => rig.calls('sendDocument') === 1);
  rig.outbox.put({ ...want('q', 'ask', []), view: { parts: [{ text: 'May I?', entities: [] }] } });
  rig.outbox.put({ ...want('n', 'notice', []), view: { parts: [{ text: 'later', entities: [] }] } });
  await rig.telegram.waitFor(() => rig.texts().includes('May I?'));
  expect(rig.texts()).toEqual(['May I?']);
  await rig.outbox.stop(); // does not wait for the upload either
  await rig.restart();
  await rig.flush();
  expect(rig.texts()).toEqual(['May I?', '↻ possibly shown before', 'later']);
});

it('leaves no file open, however an upload ends', async () => {
  const open = (): number =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(rig.filesDir);
      } catch {
        return false; // closed meanwhile
      }
    }).length;
  rig.telegram.fault({ method: 'sendDocument', kind: 'reset', times: 2 });
  await show('d', part(document({ bytes: Buffer.alloc(2_000_000, 1) })));
  expect(open()).toBe(0);
});

it('says how many files are in the chat, also when an earlier run put words in their place', async () => {
  const counts: (number | undefined)[] = [];
  const put = async (key: string, view: Part): Promise<void> => {
    rig.outbox.onSettled(CHAT, outboxKey(key), ({ files }) => counts.push(files));
    rig.outbox.put(want(key, 'notice', [view]));
    await rig.flush();
  };
  await put('d', part(document(bytes('x')), 'here'));
  await put('gone', part(document({ path: '/nowhere/x.txt' }), 'gone'));
  rig.telegram.fault({ method: 'sendDocument', kind: 'refused', description: 'no', times: 2 });
  await put('refused', part(document(bytes('y')), 'refused'));
  await rig.restart();
  await put('refused', part(document(bytes('y')), 'refused'));
  await put('d', part(document(bytes('x')), 'here'));
  expect(counts).toEqual([1, 0, 0, 0, 1]);
});
