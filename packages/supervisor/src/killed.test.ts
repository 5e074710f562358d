import { gone, lives, openPlace, type Line, type Place } from './fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

const says = (text: string) => (line: Line) => line.message.includes(text);

it.each<[string, string, (line: Line) => boolean]>([
  ['while it checks the network', 'crash', says('cannot reach')],
  ['while a worker starts', 'mute', says('worker started')],
  ['while a worker polls', 'ready', says('worker polling')],
  ['while it waits after crashes', 'crash', says('restart delayed')],
  ['while it waits for other settings', 'exit 78 wrong', says('supervisor notice')],
  ['while it backs off from another poller', 'conflict', says('supervisor notice')],
  ['while a worker is replaced', 'stubborn', says('restart requested')],
  ['while a worker drains for a stop', 'stubborn', says('stop requested')],
])('leaves nothing that the next start cannot repair when killed %s', async (when, behave, seen) => {
  const offline = when.includes('network');
  if (offline) await place.telegram.down();
  place.behave(behave);
  const first = place.run(['supervise'], { CCBOT_RESTART_BACKOFF: '3600', CCBOT_BACKOFF_MAX: '3600' });
  if (behave === 'stubborn') {
    await first.line(says('worker polling'));
    first.kill(seen({ message: 'stop requested', program: '' }) ? 'SIGTERM' : 'SIGHUP');
  }
  await first.line(seen);
  first.kill('SIGKILL');
  await first.end;
  for (const { pid } of place.starts()) await gone(pid);

  if (offline) await place.telegram.up();
  place.behave('ready');
  const second = place.run(['supervise']);
  await second.line(says('worker polling'));
  expect(place.starts().filter(({ pid }) => lives(pid))).toMatchObject([{ generation: 1, sameLock: true }]);
  const status = place.run(['status']);
  expect(await status.end).toBe(0);
  second.kill('SIGTERM');
  expect(await second.end).toBe(0);
});
