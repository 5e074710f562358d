import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openPlace, type Place, polls } from '../fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

describe('ccbot restart', () => {
  it('returns when the new worker polls', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    const { code, out } = await place.ask('restart');
    expect([code, out]).toEqual([0, expect.stringContaining(`pid ${place.starts()[1]?.pid}`)]);
  });

  it('promises no poll of a worker that stands by for another machine', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    place.behave('standby');
    const { code, out } = await place.ask('restart');
    expect([code, out]).toEqual([0, expect.stringContaining('It stands by: bob polls')]);
    expect(out).not.toContain('new worker polls');
    const status = await place.ask('status');
    expect([status.code, status.out]).toEqual([0, expect.stringContaining('ada stands by: bob polls')]);
  });

  it('names the problem if the settings are invalid, or the new worker says they are', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    writeFileSync(join(place.directory, '.env'), 'CARD_EDIT_LAG=soon\n', { mode: 0o600 });
    expect(await place.ask('restart')).toMatchObject({
      code: 78,
      err: expect.stringContaining('CARD_EDIT_LAG') as string,
    });
    expect(place.drains()).toEqual([]);
    writeFileSync(join(place.directory, '.env'), '', { mode: 0o600 });
    place.behave('exit 78 token refused');
    expect(await place.ask('restart')).toMatchObject({
      code: 78,
      err: expect.stringContaining('token refused') as string,
    });
  });

  it('needs no new token, and says why it waits and which token stays', async () => {
    const path = (name: string): string => join(place.directory, name);
    const script = [
      '#!/bin/sh',
      `[ -e ${path('locked')} ] || exec echo ${place.token}`,
      `while [ ! -e ${path('go')} ]; do sleep 0.05; done`,
      'exit 7',
    ];
    writeFileSync(path('keyring'), `${script.join('\n')}\n`, { mode: 0o755 });
    const bare = { TELEGRAM_BOT_TOKEN: '', TELEGRAM_BOT_TOKEN_COMMAND: path('keyring') };
    const supervisor = place.run(['supervise'], bare);
    await supervisor.line(polls(1));
    writeFileSync(path('locked'), '');
    const asked = place.run(['restart']);
    while (!asked.stderr().includes('ccbot keeps running meanwhile')) await pause(20);
    expect((await place.ask('status')).code).toBe(0);
    expect(place.drains()).toEqual([]);
    writeFileSync(path('go'), '');
    expect(await asked.end).toBe(0);
    expect(asked.stderr()).toMatch(
      /gave no bot token: it exited with 7\. The token that ccbot has stays\.$/m,
    );
    expect(place.starts()).toHaveLength(2);
    await supervisor.line(({ message }) => message === 'token not read again');
  });

  it('says that a supervisor without its socket is running but not restarted', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    rmSync(join(place.directory, 'run/supervisor.sock'));
    expect(await place.ask('restart')).toMatchObject({
      code: 75,
      err: expect.stringContaining(`Not restarted: ccbot does not answer: pid ${supervisor.pid}`) as string,
    });
  });

  it('says that there is nothing to restart', async () => {
    expect(await place.ask('restart')).toMatchObject({
      code: 3,
      err: expect.stringContaining('nothing to restart') as string,
    });
  });
});
