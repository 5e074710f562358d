import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KernelUnderTest } from '../fixtures/kernel';

const whisper = join(__dirname, 'fixtures/whisper-cli.js');
let dir: string;
let w: KernelUnderTest;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-voice-test-'));
  writeFileSync(join(dir, 'model.bin'), 'model');
});
afterEach(async () => {
  await w.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A whisper-cli that does or says something. */
function program(variables: Record<string, string>): string {
  const path = join(dir, 'whisper-cli');
  const set = Object.entries(variables).map(
    ([key, value]) => `process.env[${JSON.stringify(key)}] = ${JSON.stringify(value)};`,
  );
  writeFileSync(path, `#!${process.execPath}\n${set.join('\n')}\nrequire(${JSON.stringify(whisper)});\n`, {
    mode: 0o755,
  });
  return path;
}

async function open(settings: Record<string, string>): Promise<void> {
  // Without ffmpeg, which would refuse these recordings.
  w = new KernelUnderTest({ ...settings, PATH: dir });
  await w.open();
  await w.ready();
}
const speak = (): number =>
  w.telegram.owner.upload(
    { name: 'voice.oga', mime: 'audio/ogg', bytes: Buffer.from('recording') },
    { as: 'voice' },
  );
const configured = (bin: string) => ({ WHISPER_BIN: bin, WHISPER_MODEL_PATH: join(dir, 'model.bin') });

it('goes to the agent as a file if nothing transcribes it, and the user is told how to change that', async () => {
  await open({ WHISPER_BIN: whisper });
  speak();
  await w.until(() => w.said('WHISPER_MODEL_PATH')[0]);
  expect(w.said('WHISPER_BIN')).toEqual([]);
  await w.eventually(() => w.typed().length > 0);
  expect(w.typed()).toEqual([
    expect.stringMatching(/^Voice message \(1 s\): .*\/\.ccbot-inbox\/.*-voice\.oga$/),
  ]);
});

it('is transcribed, shown as a reply, and typed', async () => {
  await open(configured(program({ WHISPER_SAYS: ' fix the\n failing test' })));
  const id = speak();
  const shown = await w.until(() => w.said('fix the failing test')[0]);
  expect(shown.replyTo).toBe(id);
  await w.eventually(() => w.typed().length > 0);
  const [typed = ''] = w.typed();
  expect(typed).toMatch(/^\(Transcribed from a voice message: .*voice\.oga\)\n\nfix the failing test$/);
  expect(w.said('Transcribing')).toEqual([]);
});

it('delays nothing else while it is transcribed, and what is for the same agent stays in order', async () => {
  const pid = join(dir, 'pid');
  await open(configured(program({ WHISPER_DOES: 'hang', WHISPER_PID_FILE: pid })));
  speak();
  w.telegram.owner.say('after it');
  w.telegram.owner.say('/help');
  await w.until(() => w.said('Transcribing')[0]);
  await w.until(() => w.said('types what you write')[0]);
  await w.eventually(() => existsSync(pid) && readFileSync(pid, 'utf8') !== '');
  expect(w.typed()).toEqual([]);
  // The worker ends in the middle of it: the next one does it again, and nothing of the first stays.
  await w.stop();
  expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH');
  program({ WHISPER_SAYS: 'at last' });
  await w.start();
  await w.eventually(() => w.typed().length === 2);
  expect(w.typed()).toEqual([expect.stringMatching(/at last$/), 'after it']);
  expect(readdirSync(join(w.project, '.ccbot-inbox')).filter((n) => n !== '.gitignore')).toHaveLength(1);
});

it('goes to the agent as a file when the program fails, and the user is told why', async () => {
  await open(configured(program({ WHISPER_DOES: 'fail' })));
  speak();
  await w.until(() => w.said('could not be transcribed (exit code 3')[0]);
  await w.eventually(() => w.typed().length > 0);
  expect(w.typed()).toEqual([expect.stringMatching(/^Voice message/)]);
});
