import { buildProgram, openPlace, type Line, type Place } from '../fixtures/harness';

const program = buildProgram();
let place: Place;

beforeEach(async () => {
  place = await openPlace(program.path);
});
afterEach(async () => {
  await place.close();
});
afterAll(() => program.remove());

const ended = (generation: number) => (line: Line) =>
  line.message === 'worker ended' && line['generation'] === generation;

describe('the person', () => {
  it('backs off from 55 s after a 409 and tells the person once', async () => {
    place.behave('conflict');
    const supervisor = place.run(['supervise']);
    await supervisor.line(ended(1));
    expect(await place.telegram.message((text) => text.includes('Another ccbot'))).toContain('BotFather');
    expect(place.starts()).toHaveLength(1);
    expect(supervisor.lines().find(ended(1))?.['why']).toContain('conflict');
  });

  it('tells the person of a crash loop, with the last words and without the token, and when it is over', async () => {
    place.behave('crash');
    const supervisor = place.run(['supervise'], {
      CCBOT_RESTART_BACKOFF: '0.05',
      CCBOT_BACKOFF_MAX: '0.05',
      CCBOT_HEALTHY_RUN_SEC: '0.3',
    });
    const told = await place.telegram.message((text) => text.includes('keeps crashing'));
    expect(told).toContain('the stand-in crashed');
    expect(told).not.toContain('AAAA');
    place.behave('ready');
    await place.telegram.message((text) => text.includes('works again'));
    expect(place.telegram.sent.map(({ chat_id }) => chat_id)).toEqual([42, 42]);
    supervisor.kill('SIGTERM');
    expect(await supervisor.end).toBe(0);
  });

  it('remembers over its own restart what it told: not twice, and taken back', async () => {
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

  it('says nothing in the chat when notices are off', async () => {
    place.behave('exit 78 wrong');
    const supervisor = place.run(['supervise'], { CCBOT_SUPERVISOR_NOTICES: 'off' });
    await supervisor.line(({ message }) => message === 'supervisor notice');
    supervisor.kill('SIGTERM');
    expect(await supervisor.end).toBe(0);
    expect(place.telegram.sent).toEqual([]);
  });
});
