import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@ccbot/shared/fixtures/until';
import { createWhisper, type WhisperOptions } from './whisper';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-whisper-'));
  writeFileSync(join(dir, 'voice.oga'), 'OggS rec.');
  writeFileSync(join(dir, 'model.bin'), 'model');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const fixture = (name: string): string => join(__dirname, 'fixtures', name);
const env = (more: Record<string, string> = {}) => ({
  PATH: `${join(process.execPath, '..')}:/usr/bin:/bin`,
  TMPDIR: dir,
  ...more,
});

/** Files that make ffmpeg read other files or addresses if it chooses the format itself. */
const HOSTILE = {
  'a list of parts': "ffconcat version 1.0\nfile '/etc/passwd'\nfile 'http://127.0.0.1:9/x'\n",
  'a playlist':
    '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nconcat:/etc/passwd|file:/etc/hostname\n#EXT-X-ENDLIST\n',
  'a playlist of an address': '#EXTM3U\n#EXTINF:10.0,\nhttp://127.0.0.1:9/secret\n#EXT-X-ENDLIST\n',
  'a description of a session':
    'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n',
  'a manifest': '<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>',
  nothing: '',
};

const FFMPEG = fixture('ffmpeg.js');

function transcribe(
  more: Partial<WhisperOptions> = {},
  asked: { language?: string; signal?: AbortSignal } = {},
) {
  const progress: number[] = [];
  const whisper = createWhisper({
    bin: fixture('whisper-cli.js'),
    model: join(dir, 'model.bin'),
    language: '',
    ffmpeg: null,
    env: env(),
    ...more,
  });
  const signal = asked.signal ?? new AbortController().signal;
  const result = whisper.transcribe(join(dir, 'voice.oga'), {
    ...asked,
    signal,
    onProgress: (percent) => progress.push(percent),
  });
  return result.then((r) => ({ ...r, progress }));
}

it('returns the words and reports progress', async () => {
  expect(await transcribe()).toEqual({ ok: true, text: 'auto 9 bytes', progress: [25, 50, 100] });
});

it('uses the language of the setting, or of the user’s client', async () => {
  expect(await transcribe({}, { language: 'de-AT' })).toMatchObject({ text: 'de 9 bytes' });
  expect(await transcribe({ language: 'auto' }, { language: 'de' })).toMatchObject({ text: 'auto 9 bytes' });
});

it('converts with ffmpeg if there is one, and leaves no file behind', async () => {
  expect(await transcribe({ ffmpeg: FFMPEG })).toMatchObject({ text: 'auto 13 bytes' });
  expect(readdirSync(dir).sort()).toEqual(['model.bin', 'voice.oga']);
});

it('hears no words in silence', async () => {
  const silent = env({ WHISPER_SAYS: ' [BLANK_AUDIO]\n (silence)' });
  expect(await transcribe({ env: silent })).toMatchObject({ ok: true, text: '' });
});

it('says why when the program fails, or it or its model is missing', async () => {
  expect(await transcribe({ env: env({ WHISPER_DOES: 'fail' }) })).toMatchObject({
    ok: false,
    reason: 'exit code 3: error: failed to read the audio data',
  });
  expect(await transcribe({ bin: '/none/whisper-cli' })).toMatchObject({
    reason: '/none/whisper-cli is not there',
  });
  expect(await transcribe({ model: join(dir, 'none.bin') })).toMatchObject({
    reason: expect.stringMatching(/none\.bin is not there/) as unknown,
  });
});

it('kills a program that takes too long', async () => {
  const ran = await transcribe({ env: env({ WHISPER_DOES: 'hang' }), deadlineMs: 300 });
  expect(ran).toMatchObject({ ok: false, reason: 'it took too long' });
});

it('kills the program when it is stopped', async () => {
  const pid = join(dir, 'pid');
  const stop = new AbortController();
  const running = transcribe(
    { env: env({ WHISPER_DOES: 'hang', WHISPER_PID_FILE: pid }) },
    { signal: stop.signal },
  );
  await until(() => existsSync(pid) && readFileSync(pid, 'utf8') !== '');
  stop.abort();
  expect(await running).toMatchObject({ ok: false });
  expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH');
});

describe('the conversion', () => {
  it('is bounded in time and size, and fixed to one format and one protocol', async () => {
    const file = join(dir, 'args');
    await transcribe({ ffmpeg: FFMPEG, env: env({ FFMPEG_ARGS: file }) });
    const args = JSON.parse(readFileSync(file, 'utf8')) as string[];
    const input = args.indexOf('-i');
    const before = (option: string): string | undefined => args.slice(0, input)[args.indexOf(option) + 1];
    expect(before('-protocol_whitelist')).toBe('file');
    expect(before('-format_whitelist')).toBe('ogg');
    expect(before('-f')).toBe('ogg');
    expect(Number(before('-t'))).toBeGreaterThan(0);
    expect(args.slice(input)).toEqual(expect.arrayContaining(['-t', '-fs', '-map']));
    expect(args[input + 1]).toBe(`file:${join(dir, 'voice.oga')}`);
  });

  it.each([
    ['mp3', Buffer.from('ID3 a tag first')],
    ['mp3', Buffer.from([0xff, 0xfb, 0x90, 0x00])],
    ['mov', Buffer.from('\0\0\0\x20ftypM4A ')],
  ])('reads %s as such', async (format, content) => {
    const file = join(dir, 'args');
    writeFileSync(join(dir, 'voice.oga'), content);
    await transcribe({ ffmpeg: FFMPEG, env: env({ FFMPEG_ARGS: file }) });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
      expect.arrayContaining(['-format_whitelist', format, '-f', format]),
    );
  });

  it.each(Object.entries(HOSTILE))('is not tried with %s', async (_, content) => {
    const file = join(dir, 'args');
    writeFileSync(join(dir, 'voice.oga'), content);
    const ran = await transcribe({ ffmpeg: FFMPEG, env: env({ FFMPEG_ARGS: file }) });
    expect(ran).toMatchObject({ ok: false, reason: expect.stringContaining('no OGG') as unknown });
    expect(existsSync(file)).toBe(false);
  });

  it('opens nothing but a regular file', async () => {
    rmSync(join(dir, 'voice.oga'));
    symlinkSync('/dev/zero', join(dir, 'voice.oga'));
    expect(await transcribe({ ffmpeg: FFMPEG })).toMatchObject({
      reason: expect.stringContaining('symbolic link') as unknown,
    });
  });

  it('ends when it takes too long', async () => {
    const ran = await transcribe({ ffmpeg: FFMPEG, env: env({ FFMPEG_DOES: 'hang' }), convertMs: 300 });
    expect(ran).toMatchObject({ ok: false, reason: 'the conversion took too long' });
  });

  it('is not taken for the whole when it reached its limit', async () => {
    const ran = await transcribe({ ffmpeg: FFMPEG, env: env({ FFMPEG_DOES: 'fill' }) });
    expect(ran).toMatchObject({ ok: false, reason: 'it is too long' });
  });
});

describe('the real ffmpeg', () => {
  /** Where ffmpeg is installed, or where `FFMPEG` says that it is; without it, this is not tested. */
  const real =
    process.env['FFMPEG'] ?? ['/usr/bin/ffmpeg', '/usr/local/bin/ffmpeg'].find((path) => existsSync(path));
  const heard = async () => {
    const ran = await transcribe({ ffmpeg: real ?? null });
    return ran.ok ? Number(/\d+/.exec(ran.text)?.[0]) : ran.reason;
  };

  it('converts a recording, and nothing that pretends to be one', async () => {
    if (real === undefined) return; // not installed here
    const voice = join(dir, 'voice.oga');
    const make = ['-nostdin', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', 'sine=duration=2'];
    for (const [codec, container] of [
      ['libopus', 'ogg'],
      ['libmp3lame', 'mp3'],
      ['aac', 'ipod'],
    ] as const) {
      execFileSync(real, [...make, '-c:a', codec, '-f', container, voice]);
      // A little more than the samples: 2 s, 16 kHz, 16 bits.
      expect(await heard()).toBeGreaterThan(60_000);
    }
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const head of ['OggS', 'ID3\u0004\0\0\0\0\0\0', '\0\0\0\u0014ftypM4A \0\0\0\0M4A '])
      for (const content of Object.values(HOSTILE)) {
        writeFileSync(voice, head + content.replaceAll(':9/', `:${port}/`));
        expect(await heard()).toEqual(expect.any(String));
      }
    expect(requests).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
  });
});
