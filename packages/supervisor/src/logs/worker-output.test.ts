import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPlace, type Line, type Place } from '../fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

const ended = (line: Line): boolean => line.message === 'worker ended';

/** The output of `ccbot logs`. */
async function logs(...args: string[]): Promise<string> {
  const run = place.run(['logs', ...args, '-n', '10000']);
  expect(await run.end).toBe(0);
  return run.stdout();
}

it.each([
  ['heap', 'heap out of memory'],
  ['abort', 'Native stack trace'],
])('contains the error of a native crash of the worker (%s)', async (behave, words) => {
  place.behave(behave);
  const supervisor = place.run(['supervise'], { NODE_OPTIONS: '--max-old-space-size=40' });
  const line = await supervisor.line(ended);
  expect(line['why']).toBe('SIGABRT');
  expect(await logs('worker', '--level', 'error')).toContain(words);
  if (behave === 'heap') expect(line['detail']).toContain(words);
});

it('never shows the token that the worker prints: in logs, on the terminal, in status, on disk or in the chat', async () => {
  writeFileSync(join(place.directory, '.env'), `TELEGRAM_BOT_TOKEN=${place.token}\n`, { mode: 0o600 });
  place.behave('leaky');
  const supervisor = place.run(['supervise'], { CCBOT_RESTART_BACKOFF: '0.05', CCBOT_BACKOFF_MAX: '0.05' });
  const notice = await place.telegram.message((text) => text.includes('keeps crashing'));
  const status = place.run(['status', '--json']);
  await status.end;
  supervisor.kill('SIGTERM');
  await supervisor.end;
  const onDisk = ['logs', 'run'].flatMap((folder) =>
    readdirSync(join(place.directory, folder)).map((name) => {
      const path = join(place.directory, folder, name);
      return name.endsWith('.sock') ? '' : readFileSync(path, 'utf8');
    }),
  );
  const secret = place.token.split(':')[1] ?? '';
  const shown = [notice, status.stdout(), supervisor.stdout(), supervisor.stderr(), await logs(), ...onDisk];
  expect(shown.join('\n')).toContain('no answer from https://api.telegram.org/bot');
  const leaks = shown.flatMap((text) => text.split('\n').filter((line) => line.includes(secret)));
  expect(leaks).toEqual([]);
});
