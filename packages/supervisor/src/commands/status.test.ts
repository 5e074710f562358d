import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { openPlace, type Place, polls } from '../fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

async function statusData(): Promise<{
  code: number | string;
  data: Record<string, unknown> & { report: never };
}> {
  const { code, out } = await place.ask('status', '--json');
  return { code, data: JSON.parse(out) as Record<string, unknown> & { report: never } };
}

describe('ccbot status', () => {
  it('exits with 3 and says so if ccbot has never run here', async () => {
    const { code, out } = await place.ask('status');
    expect([code, out]).toEqual([3, expect.stringContaining('no trace of an earlier run')]);
  });

  it('exits with 0 and shows the state while ccbot polls', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    const { code, out } = await place.ask('status');
    expect(code).toBe(0);
    expect(out).toContain(`pid ${supervisor.pid}`);
    expect(out).toContain(`pid ${place.starts()[0]?.pid}`);
    expect(out).toContain('@stand_in_bot');
    const { data } = await statusData();
    expect(data).toMatchObject({
      active: true,
      state: 'running',
      report: { restarts: 0, network: { up: true } },
    });
  });

  it('shows the last poll before the worker’s first beat', async () => {
    place.behave('unbeaten');
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    expect((await place.ask('status')).out).toMatch(/^last poll +\d+ s ago$/m);
  });

  it('says that it is starting before the first poll was answered', async () => {
    place.behave('unready');
    const supervisor = place.run(['supervise']);
    await supervisor.line((line) => line.message === 'the stand-in started');
    expect((await place.ask('status')).out).toMatch(/^last poll +starting/m);
  });

  it('shows restarts with their reasons, the delay and the next try', async () => {
    place.behave('exit 70 the reason');
    const supervisor = place.run(['supervise'], { CCBOT_RESTART_BACKOFF: '1000', CCBOT_BACKOFF_MAX: '1000' });
    await supervisor.line(({ message }) => message.includes('restart delayed'));
    const { code, data } = await statusData();
    expect(code).toBe(3);
    expect(data).toMatchObject({
      active: false,
      state: 'waiting',
      report: {
        why: 'crash',
        failures: 2,
        restarts: 1,
        ended: [{ why: 'exit 70', detail: 'the reason' }, {}],
      },
    });
    const next = Date.parse(String((data.report as { nextTryAt: string }).nextTryAt));
    expect(next).toBeGreaterThan(Date.now() + 600_000);
  });

  it('says why it last stopped, after a request and after a kill', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    first.kill('SIGTERM');
    await first.end;
    expect(await place.ask('status')).toMatchObject({
      code: 3,
      out: expect.stringContaining('stop requested') as string,
    });
    const second = place.run(['supervise']);
    await second.line(polls(1));
    second.kill('SIGKILL');
    await second.end;
    expect(await place.ask('status')).toMatchObject({
      code: 3,
      out: expect.stringContaining('vanished') as string,
    });
  });

  it.each([
    ['supervisor', 'ccbot is starting: pid', 'starting', 3],
    ['command', 'one of its commands holds the lock', 'busy', 3],
    ['worker', 'A worker is running without a supervisor', 'alone', 0],
  ] as const)(
    'names the holder of the lock when there is no answer: a %s',
    async (role, words, state, code) => {
      const holder = holderOfThisProcess('0', place.directory, 0, role);
      const taken = acquireLock(join(place.directory, 'ccbot.lock'), holder);
      expect(await place.ask('status')).toMatchObject({
        code,
        out: expect.stringContaining(words) as string,
      });
      expect(await statusData()).toMatchObject({ code, data: { state, active: code === 0 } });
      if (taken.ok) taken.lock.release();
    },
  );

  it('does not say that a command holds a lock that it has given back', async () => {
    const holder = holderOfThisProcess('0', place.directory, 0, 'command');
    const taken = acquireLock(join(place.directory, 'ccbot.lock'), holder);
    if (taken.ok) taken.lock.release();
    expect(await statusData()).toMatchObject({ code: 3, data: { state: 'absent' } });
    expect(await place.ask('stop')).toMatchObject({ code: 0, out: 'ccbot is not running.\n' });
  });

  it('with --watch runs until the supervisor ends', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    const watch = place.run(['status', '--watch', '--json']);
    await watch.line((line) => line['state'] === 'running');
    supervisor.kill('SIGHUP');
    await watch.line((line) => line['state'] === 'stopping');
    supervisor.kill('SIGTERM');
    expect(await watch.end).toBe(3);
    expect(watch.lines().at(-1)).toMatchObject({ state: 'absent' });
  });

  it('works with invalid settings', async () => {
    writeFileSync(join(place.directory, '.env'), 'CARD_EDIT_LAG=soon\n', { mode: 0o600 });
    expect((await place.ask('status')).code).toBe(3);
  });
});
