import { openPlace, type Line, type Place } from '../fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

const ended = (generation: number) => (line: Line) =>
  line.message === 'worker ended' && line['generation'] === generation;

describe('notices', () => {
  it('report a 409 once, with a delay of at least 55 s', async () => {
    place.behave('conflict');
    const supervisor = place.run(['supervise']);
    await supervisor.line(ended(1));
    expect(await place.telegram.message((text) => text.includes('Another ccbot'))).toContain('BotFather');
    expect(place.starts()).toHaveLength(1);
    expect(supervisor.lines().find(ended(1))?.['why']).toContain('conflict');
  });

  it('report a crash loop with the last error and without the token, and its end', async () => {
    place.behave('crash');
    const supervisor = place.run(['supervise'], {
      CCBOT_RESTART_BACKOFF: '0.05',
      CCBOT_BACKOFF_MAX: '0.05',
      CCBOT_HEALTHY_RUN_SEC: '0.3',
    });
    const notice = await place.telegram.message((text) => text.includes('keeps crashing'));
    expect(notice).toContain('the stand-in crashed');
    expect(notice).not.toContain('AAAA');
    place.behave('ready');
    await place.telegram.message((text) => text.includes('works again'));
    expect(place.telegram.sent.map(({ chat_id }) => chat_id)).toEqual([42, 42]);
    supervisor.kill('SIGTERM');
    expect(await supervisor.end).toBe(0);
  });

  it('are not repeated, but are followed by a recovery, after a restart of the supervisor', async () => {
    const quick = {
      CCBOT_RESTART_BACKOFF: '0.05',
      CCBOT_BACKOFF_MAX: '0.05',
      CCBOT_HEALTHY_RUN_SEC: '0.3',
    };
    place.behave('crash');
    const first = place.run(['supervise'], quick);
    await place.telegram.message((text) => text.includes('keeps crashing'));
    first.kill('SIGKILL');
    await first.end;
    const second = place.run(['supervise'], quick);
    await second.line(ended(5));
    place.behave('ready');
    await place.telegram.message((text) => text.includes('works again'));
    expect(place.telegram.sent.filter(({ text }) => text.includes('keeps crashing'))).toHaveLength(1);
  });

  it('are not sent when they are off', async () => {
    place.behave('exit 78 wrong');
    const supervisor = place.run(['supervise'], { CCBOT_SUPERVISOR_NOTICES: 'off' });
    await supervisor.line(({ message }) => message === 'supervisor notice');
    supervisor.kill('SIGTERM');
    expect(await supervisor.end).toBe(0);
    expect(place.telegram.sent).toEqual([]);
  });
});
