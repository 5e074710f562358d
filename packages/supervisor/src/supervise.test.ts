import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { readHolder } from '@ccbot/shared/lock/flock';
import { gone, lives, openPlace, type Line, type Place, polls } from './fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

const ended = (generation: number) => (line: Line) =>
  line.message === 'worker ended' && line['generation'] === generation;

describe('start and end', () => {
  it('starts one worker that shares the lock, and on SIGTERM lets it drain and exits with 0', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    expect(place.starts()).toMatchObject([{ generation: 1, sameLock: true }]);
    expect(readHolder(join(place.directory, 'ccbot.lock'))).toMatchObject({
      pid: supervisor.pid,
      ccbotDir: place.directory,
    });
    supervisor.kill('SIGTERM');
    expect(await supervisor.end).toBe(0);
    expect(place.drains()).toMatchObject([{ generation: 1 }]);
    expect(place.starts().map(({ pid }) => lives(pid))).toEqual([false]);
  });

  it('kills a stubborn worker at the second stop request', async () => {
    place.behave('stubborn');
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    supervisor.kill('SIGINT');
    await supervisor.line((line) => line.message === 'stop requested');
    supervisor.kill('SIGINT');
    expect(await supervisor.end).toBe(0);
    expect(place.starts().map(({ pid }) => lives(pid))).toEqual([false]);
  });

  it('exits with 78 and the fault on stderr, and starts no worker, if there is no token', async () => {
    const supervisor = place.run(['supervise'], { TELEGRAM_BOT_TOKEN: '' });
    expect(await supervisor.end).toBe(78);
    expect(supervisor.stderr()).toContain('[TOKEN_MISSING]');
    expect(place.starts()).toEqual([]);
  });

  it('sets the allocator of the worker, unless the user has', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    expect(place.starts()[0]?.environment).toEqual(
      expect.arrayContaining(['CCBOT_ALLOCATOR', 'MALLOC_ARENA_MAX']),
    );
    supervisor.kill('SIGTERM');
    await supervisor.end;
    await place.run(['supervise'], { MALLOC_ARENA_MAX: '8' }).line(polls(1));
    expect(place.starts()[1]?.environment).toContain('MALLOC_ARENA_MAX');
    expect(place.starts()[1]?.environment).not.toContain('CCBOT_ALLOCATOR');
  });

  it('does not pass the service manager’s socket to the worker', async () => {
    const supervisor = place.run(['supervise'], { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '60000000' });
    await supervisor.line(polls(1));
    expect(place.starts()[0]?.environment).not.toContain('NOTIFY_SOCKET');
    expect(place.starts()[0]?.environment).not.toContain('WATCHDOG_USEC');
  });
});

describe('never two', () => {
  it('rejects a second start with 1, and names path and holder on stderr and in the log', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    const second = place.run(['supervise']);
    expect(await second.end).toBe(1);
    const lock = join(place.directory, 'ccbot.lock');
    for (const text of [
      second.stderr(),
      readFileSync(join(place.directory, 'logs/supervisor.log'), 'utf8'),
    ]) {
      expect(text).toContain(lock);
      expect(text).toContain(`pid ${first.pid}`);
      expect(text).toContain('LOCK_HELD');
    }
    expect(place.starts()).toHaveLength(1);
  });

  it('rejects a second start while the first one waits for the network', async () => {
    await place.telegram.down();
    place.behave('crash');
    const first = place.run(['supervise']);
    await first.line((line) => line.message === 'network down: cannot reach Telegram');
    expect(await place.run(['supervise']).end).toBe(1);
  });

  it('lets exactly one of five simultaneous starts run', async () => {
    const all = Array.from({ length: 5 }, () => place.run(['supervise']));
    const ends = new Map<number, number | string>();
    await new Promise<void>((resolve) => {
      for (const one of all) {
        void one.end.then((code) => {
          ends.set(one.pid, code);
          if (ends.size === all.length - 1) resolve();
        });
      }
    });
    expect([...ends.values()]).toEqual([1, 1, 1, 1]);
    const winner = all.find(({ pid }) => !ends.has(pid));
    await winner?.line(polls(1));
    expect(place.starts()).toHaveLength(1);
  });

  it('rejects the same token under another CCBOT_DIR, and runs another token in parallel', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    const other = await openPlace({ token: place.token });
    try {
      const api = { TELEGRAM_API_ROOT: place.telegram.url };
      const same = other.run(['supervise'], api);
      expect(await same.end).toBe(1);
      expect(same.stderr()).toContain(`pid ${first.pid}`);
      expect(same.stderr()).toContain('the same bot token');
      const different = other.run(['supervise'], { ...api, TELEGRAM_BOT_TOKEN: `9${place.token}` });
      await different.line(polls(1));
      different.kill('SIGTERM');
      await different.end;
    } finally {
      await other.close();
    }
  });

  it('takes even a suspended worker down when it is killed, and leaves the lock free', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    const worker = place.starts()[0]?.pid ?? 0;
    process.kill(worker, 'SIGSTOP');
    first.kill('SIGKILL');
    await first.end;
    await gone(worker);
    const second = place.run(['supervise']);
    await second.line(polls(1));
  });

  it('lets the worker watch for its supervisor’s end if there is no setpriv', async () => {
    const supervisor = place.run(['supervise'], { PATH: place.directory });
    await supervisor.line(polls(1));
    expect(place.starts()[0]?.environment).toContain('CCBOT_ORPHAN_WATCH');
    supervisor.kill('SIGKILL');
    await gone(place.starts()[0]?.pid ?? 0);
  });

  it('waits in the kernel and takes over when the holder is gone', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    const standby = place.run(['supervise', '--standby']);
    await new Promise<void>((resolve) => standby.process.stderr?.once('data', () => resolve()));
    expect(standby.stderr()).toContain('Waiting for the lock');
    first.kill('SIGKILL');
    await standby.line(polls(1));
    expect(place.starts().filter(({ pid }) => lives(pid))).toHaveLength(1);
    expect(readHolder(join(place.directory, 'ccbot.lock'))?.pid).toBe(standby.pid);
  });

  it('gives up waiting after CCBOT_HELD_GIVEUP and exits with 1', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    const standby = place.run(['supervise', '--standby'], { CCBOT_HELD_GIVEUP: '0.2' });
    expect(await standby.end).toBe(1);
    expect(standby.stderr()).toContain('CCBOT_HELD_GIVEUP');
  });
});

it('exits even while a client of its socket does not hang up', async () => {
  const supervisor = place.run(['supervise']);
  await supervisor.line(polls(1));
  const socket = connect({ path: join(place.directory, 'run/supervisor.sock'), allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write('{"v":1,"ask":"watch"}\n');
  await new Promise((resolve) => socket.once('data', resolve));
  supervisor.kill('SIGTERM');
  expect(await supervisor.end).toBe(0);
  socket.destroy();
});

describe('a signal in the first moment of a worker', () => {
  it('restarts it', async () => {
    place.behave('hasty SIGHUP');
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(2));
    supervisor.kill('SIGTERM');
    expect(await supervisor.end).toBe(0);
  });

  it('stops everything', async () => {
    place.behave('hasty SIGTERM');
    const supervisor = place.run(['supervise']);
    expect(await supervisor.end).toBe(0);
    expect(supervisor.lines().at(-1)?.message).toBe('supervisor ended');
    expect(existsSync(join(place.directory, 'run/supervisor.sock'))).toBe(false);
  });
});

describe('always one', () => {
  it('restarts a crashed worker immediately, and the next ones after a delay', async () => {
    place.behave('crash');
    const supervisor = place.run(['supervise']);
    await supervisor.line((line) => line.message.includes('restart delayed'));
    expect(place.starts()).toHaveLength(2);
    place.behave('ready');
    await supervisor.line(polls(3));
    const log = readFileSync(join(place.directory, 'logs/worker.log'), 'utf8');
    expect(log).toContain('the stand-in crashed');
    expect(log).not.toContain('1234567890:AAAA');
    expect(supervisor.stdout()).not.toContain('1234567890:AAAA');
    expect(supervisor.lines().find(ended(1))?.['detail']).toContain('the stand-in crashed');
  });

  it('delays restarts also when the worker exits with 0 unasked', async () => {
    place.behave('exit 0');
    const supervisor = place.run(['supervise'], { CCBOT_RESTART_BACKOFF: '3600', CCBOT_BACKOFF_MAX: '3600' });
    await supervisor.line((line) => line.message.includes('restart delayed'));
    expect(place.starts()).toHaveLength(2);
  });

  it('does not restart after 78 until a settings file changes, and tells the user', async () => {
    place.behave('exit 78 Telegram refused the bot token');
    const supervisor = place.run(['supervise']);
    await supervisor.line(ended(1));
    expect(await place.telegram.message((text) => text.includes('settings'))).toContain(
      'refused the bot token',
    );
    expect(place.starts()).toHaveLength(1);
    place.behave('ready');
    writeFileSync(join(place.directory, '.env'), 'LOG_LEVEL=debug\n', { mode: 0o600 });
    await supervisor.line(polls(2));
  });

  it('keeps waiting after 78 while the changed settings are invalid', async () => {
    place.behave('exit 78 wrong');
    const supervisor = place.run(['supervise']);
    await supervisor.line(ended(1));
    writeFileSync(join(place.directory, '.env'), 'CCBOT_NET_RETRY_SEC=x\nCARD_EDIT_LAG=soon\n', {
      mode: 0o600,
    });
    const line = await supervisor.line(({ message }) => message.includes('still invalid'));
    expect(line['reason']).toContain('CARD_EDIT_LAG');
    expect(place.starts()).toHaveLength(1);
  });

  it('keeps supervising when nobody reads its output', async () => {
    place.behave('chatty');
    const unread = spawn(process.execPath, [place.program, 'supervise'], {
      env: place.environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const end = new Promise((resolve) => unread.once('exit', resolve));
    for (let count = 1; count <= 3; count++) {
      while (place.starts().length < count) await new Promise((resolve) => setTimeout(resolve, 10));
      const log = join(place.directory, 'logs/worker.log');
      while (!existsSync(log) || statSync(log).size < count * 400_000) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      process.kill(place.starts().at(-1)?.pid ?? 0, 'SIGKILL');
    }
    unread.kill('SIGTERM');
    await end;
    await Promise.all(place.starts().map(({ pid }) => gone(pid)));
  });

  it('replaces a worker over its memory limit without counting a crash', async () => {
    place.behave('fat');
    const supervisor = place.run(['supervise']);
    await supervisor.line(ended(1));
    place.behave('ready');
    const line = await supervisor.line(ended(1));
    expect(line['why']).toContain('memory');
    await supervisor.line((l) => l.message === 'worker polling' && Number(l['generation']) > 1);
  });

  it('restarts no worker while the network is down, logs that once, and starts one when it is back', async () => {
    await place.telegram.down();
    place.behave('crash');
    const supervisor = place.run(['supervise'], { CCBOT_NET_RETRY_SEC: '0.1' });
    await supervisor.line(({ message }) => message === 'network down: cannot reach Telegram');
    expect(place.starts()).toHaveLength(1);
    place.behave('ready');
    await place.telegram.up();
    await supervisor.line(polls(2));
    expect(
      supervisor.lines().filter(({ message }) => message === 'network down: cannot reach Telegram'),
    ).toHaveLength(1);
  });

  it('replaces the worker under the same lock on SIGHUP', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    const before = readHolder(join(place.directory, 'ccbot.lock'));
    supervisor.kill('SIGHUP');
    await supervisor.line(polls(2));
    expect(place.drains()).toMatchObject([{ generation: 1 }]);
    expect(readHolder(join(place.directory, 'ccbot.lock'))).toEqual(before);
  });

  it('uses the new LOG_LEVEL after a restart', async () => {
    const supervisor = place.run(['supervise'], { LOG_LEVEL: '' });
    await supervisor.line(polls(1));
    writeFileSync(join(place.directory, '.env'), 'LOG_LEVEL=error\n', { mode: 0o600 });
    supervisor.kill('SIGHUP');
    while (place.starts().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(supervisor.lines().filter(polls(2))).toEqual([]);
    writeFileSync(join(place.directory, '.env'), '', { mode: 0o600 });
    supervisor.kill('SIGHUP');
    await supervisor.line(polls(3));
  });

  it('keeps the running worker when a restart is requested with invalid settings', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    writeFileSync(join(place.directory, '.env'), 'CARD_EDIT_LAG=soon\n', { mode: 0o600 });
    supervisor.kill('SIGHUP');
    const line = await supervisor.line(({ message }) => message.includes('restart refused'));
    expect(line['reason']).toContain('CARD_EDIT_LAG');
    expect(place.drains()).toEqual([]);
  });

  it('ignores unknown messages', async () => {
    place.behave('garbage');
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    expect(
      supervisor.lines().filter(({ message }) => message.includes('unknown message from worker')),
    ).toHaveLength(3);
    expect(supervisor.stdout()).not.toContain('not_mine');
  });

  it('has no more open descriptors after five restarts than after one', async () => {
    const supervisor = place.run(['supervise']);
    const count = (): number => readdirSync(`/proc/${supervisor.pid}/fd`).length;
    await supervisor.line(polls(1));
    supervisor.kill('SIGHUP');
    await supervisor.line(polls(2));
    const before = count();
    for (let generation = 3; generation <= 7; generation++) {
      supervisor.kill('SIGHUP');
      await supervisor.line(polls(generation));
    }
    // The kernel may take a moment to close descriptors. Leaked ones stay, and the test then times out.
    while (count() > before) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(count()).toBeLessThanOrEqual(before);
  });
});
