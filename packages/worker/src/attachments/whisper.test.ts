import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWhisper, type WhisperOptions } from './whisper';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-whisper-'));
  writeFileSync(join(dir, 'voice.oga'), 'recording');
  writeFileSync(join(dir, 'model.bin'), 'model');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const fixture = (name: string): string => join(__dirname, 'fixtures', name);
const env = (more: Record<string, string> = {}) => ({
  PATH: `${join(process.execPath, '..')}:/usr/bin:/bin`,
  TMPDIR: dir,
  ...more,
});

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
  expect(await transcribe({ ffmpeg: fixture('ffmpeg.js') })).toMatchObject({ text: 'auto 13 bytes' });
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
  while (!existsSync(pid) || readFileSync(pid, 'utf8') === '') await new Promise((r) => setImmediate(r));
  stop.abort();
  expect(await running).toMatchObject({ ok: false });
  expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH');
});
