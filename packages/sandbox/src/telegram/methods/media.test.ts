import { OWNER, png, startFixture, TOKEN, type Answer, type Fixture } from '../fixtures/client';

let f: Fixture;
beforeEach(async () => (f = await startFixture()));
afterEach(() => f.telegram.close());

function form(fields: Record<string, string | { bytes: Buffer; name: string }>): FormData {
  const data = new FormData();
  data.append('chat_id', String(OWNER.id));
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') data.append(name, value);
    else data.append(name, new Blob([new Uint8Array(value.bytes)], { type: 'text/plain' }), value.name);
  }
  return data;
}
const file = (content: string | Buffer, name = 'a.txt'): { bytes: Buffer; name: string } => ({
  bytes: Buffer.from(content),
  name,
});

describe('a document', () => {
  it('has a name, a type and a caption, and downloads unchanged', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
    const sent = await f.post(
      'sendDocument',
      form({ document: file(bytes, 'Grüße 😀.bin'), caption: 'look' }),
    );
    expect(sent.result).toMatchObject({
      caption: 'look',
      document: { file_name: 'Grüße 😀.bin', mime_type: 'text/plain', file_size: 100_000 },
    });
    const { result } = await f.call('getFile', { file_id: sent.result.document.file_id });
    const downloaded = await fetch(`${f.telegram.apiRoot}/file/bot${TOKEN}/${result.file_path}`);
    expect(Buffer.from(await downloaded.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('may be another part of the form with attach://, or a known file by its id', async () => {
    const sent = await f.post('sendDocument', form({ document: 'attach://part', part: file('x') }));
    const again = await f.call('sendDocument', { chat_id: OWNER.id, document: sent.result.document.file_id });
    expect(again.result.document).toEqual(sent.result.document);
    expect(f.telegram.warnings).toEqual([]);
  });

  it.each([
    ['nothing', undefined, /there is no document/],
    ['an unknown id', 'AbC', /wrong file identifier/],
    ['a missing part', 'attach://none', /there is no document/],
    ['another address', 'https://example.org/x', /not fetched/],
    ['no bytes', file(''), /non-empty/],
  ])('is refused with %s', async (_, document, words) => {
    const answer = await f.post('sendDocument', form(document === undefined ? {} : { document }));
    expect(answer.description).toMatch(words);
  });

  it('is refused with a caption above 1,024 units', async () => {
    const answer = await f.post('sendDocument', form({ document: file('x'), caption: 'x'.repeat(1025) }));
    expect(answer.description).toBe('Bad Request: message caption is too long');
    expect(f.telegram.state.files.size).toBe(0);
  });

  it('has a caption that can be edited, and no text', async () => {
    const { result } = await f.post('sendDocument', form({ document: file('x'), caption: 'one' }));
    const target = { chat_id: OWNER.id, message_id: result.message_id };
    expect((await f.call('editMessageCaption', { ...target, caption: 'two' })).result.caption).toBe('two');
    expect(await f.refusal('editMessageCaption', { ...target, caption: 'two' })).toMatch(/not modified/);
    expect(await f.refusal('editMessageText', { ...target, text: 'x' })).toMatch(/no text in the message/);
    const { message_id } = (await f.call('sendMessage', { chat_id: OWNER.id, text: 'x' })).result;
    expect(await f.refusal('editMessageCaption', { ...target, message_id, caption: 'x' })).toMatch(
      /no caption/,
    );
  });
});

describe('a photo', () => {
  const photo = (bytes: Buffer): Promise<Answer> =>
    f.post('sendPhoto', form({ photo: file(bytes, 'a.png') }));

  it('has two sizes, the full size last', async () => {
    const { result } = await photo(png(1200, 800));
    expect(result.photo.map((p: { width: number; height: number }) => [p.width, p.height])).toEqual([
      [90, 60],
      [1200, 800],
    ]);
  });

  it('is refused when it is not a picture, too narrow, or too large', async () => {
    expect((await photo(Buffer.from('plain text'))).description).toMatch(/IMAGE_PROCESS_FAILED/);
    expect((await photo(png(2100, 100))).description).toMatch(/PHOTO_INVALID_DIMENSIONS/);
    expect((await photo(png(6000, 5000))).description).toMatch(/PHOTO_INVALID_DIMENSIONS/);
    const large = Buffer.concat([png(100, 100), Buffer.alloc(10 * 1024 * 1024)]);
    expect((await photo(large)).description).toMatch(/too big/);
  });
});

describe('an album', () => {
  const album = (
    media: unknown[],
    parts: Record<string, { bytes: Buffer; name: string }> = {},
  ): Promise<Answer> => f.post('sendMediaGroup', form({ media: JSON.stringify(media), ...parts }));

  it('arrives as messages of one group, in order', async () => {
    const media = ['a', 'b'].map((n) => ({ type: 'document', media: `attach://${n}`, caption: n }));
    const { result } = await album(media, { a: file('1'), b: file('2') });
    expect(result.map((m: { caption: string }) => m.caption)).toEqual(['a', 'b']);
    expect(new Set(result.map((m: { media_group_id: string }) => m.media_group_id)).size).toBe(1);
  });

  it('arrives whole or not at all', async () => {
    const media = ['a', 'missing'].map((n) => ({ type: 'document', media: `attach://${n}` }));
    expect((await album(media, { a: file('1') })).ok).toBe(false);
    expect(f.telegram.owner.chat()).toEqual([]);
  });

  it('has two to ten files of kinds that can be mixed', async () => {
    const item = { type: 'document', media: 'attach://a' };
    expect((await album([item], { a: file('1') })).description).toMatch(/2-10/);
    expect((await album(Array(11).fill(item), { a: file('1') })).description).toMatch(/2-10/);
    expect((await album([item, { ...item, type: 'photo' }], { a: file('1') })).description).toMatch(/mixed/);
    expect((await album([item, null], { a: file('1') })).ok).toBe(false);
  });
});

describe('editing a file', () => {
  const edit = (message_id: number, media: unknown, parts = {}): Promise<Answer> =>
    f.post(
      'editMessageMedia',
      form({ message_id: String(message_id), media: JSON.stringify(media), ...parts }),
    );

  it('replaces file and caption, even with another kind', async () => {
    const sent = await f.post('sendPhoto', form({ photo: file(png(10, 10), 'a.png'), caption: 'one' }));
    const media = { type: 'document', media: 'attach://b', caption: 'two' };
    const { result } = await edit(sent.result.message_id, media, { b: file('text', 'b.txt') });
    expect(result).toMatchObject({ caption: 'two', document: { file_name: 'b.txt' } });
    expect(result.photo).toBeUndefined();
  });

  it('is refused for a text, for invalid media, and for the same file', async () => {
    const text = (await f.call('sendMessage', { chat_id: OWNER.id, text: 'x' })).result.message_id;
    const media = { type: 'document', media: 'attach://b' };
    expect((await edit(text, media, { b: file('x') })).description).toMatch(/no media in the message/);
    const { result } = await f.post('sendDocument', form({ document: file('x') }));
    expect((await edit(result.message_id, null)).description).toMatch(/InputMedia/);
    expect((await edit(result.message_id, { type: 'sticker', media: 'x' })).ok).toBe(false);
    const same = { type: 'document', media: result.document.file_id };
    expect((await edit(result.message_id, same)).description).toMatch(/not modified/);
    expect((await edit(result.message_id, { ...media, parse_mode: 'HTML' })).description).toMatch(
      /parse_mode/,
    );
  });

  it('cannot change the kind in an album', async () => {
    const media = ['a', 'b'].map((n) => ({ type: 'document', media: `attach://${n}` }));
    const album = form({ media: JSON.stringify(media), a: file('1'), b: file('2') });
    const [first] = (await f.post('sendMediaGroup', album)).result;
    const photo = { type: 'photo', media: 'attach://p' };
    const answer = await edit(first.message_id, photo, { p: file(png(9, 9), 'p.png') });
    expect(answer.description).toMatch(/album/);
  });
});

describe('a file from the user', () => {
  it('arrives as an update of its kind, and the bot can download it', async () => {
    const upload = { name: 'note.ogg', mime: 'audio/ogg', bytes: Buffer.from('sound') };
    f.telegram.owner.upload(upload, { as: 'voice', caption: 'listen' });
    f.telegram.owner.upload({ name: 'p.png', mime: 'image/png', bytes: png(40, 30) }, { as: 'photo' });
    const [voice, photo] = (await f.call('getUpdates')).result;
    expect(voice.message).toMatchObject({
      voice: { mime_type: 'audio/ogg', file_size: 5 },
      caption: 'listen',
    });
    expect(photo.message.photo.at(-1)).toMatchObject({ width: 40, height: 30 });
    expect(photo.message.text).toBeUndefined();
    const { result } = await f.call('getFile', { file_id: voice.message.voice.file_id });
    const downloaded = await fetch(`${f.telegram.apiRoot}/file/bot${TOKEN}/${result.file_path}`);
    expect(await downloaded.text()).toBe('sound');
  });

  it('cannot be downloaded without the token, nor above 20 MB', async () => {
    const bytes = Buffer.alloc(20 * 1024 * 1024 + 1);
    f.telegram.owner.upload({ name: 'large.bin', mime: 'application/octet-stream', bytes });
    const [{ message }] = (await f.call('getUpdates')).result;
    expect(await f.refusal('getFile', { file_id: message.document.file_id })).toMatch(/file is too big/);
    expect(await f.refusal('getFile', { file_id: 'x' })).toMatch(/invalid file_id/);
    const path = [...f.telegram.state.files.values()][0]?.path;
    expect((await fetch(`${f.telegram.apiRoot}/file/bot1:no/${path}`)).status).toBe(401);
  });
});
