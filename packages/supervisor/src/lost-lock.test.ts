import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathsOf } from '@ccbot/shared/config/paths';
import { tokenLockPaths } from '@ccbot/shared/lock/token-paths';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { gone, polls, inPlace } from './fixtures/harness';

it.concurrent(
  'takes the lock again when its file is deleted, and passes it to a new worker',
  inPlace(async (place) => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    rmSync(join(place.directory, 'ccbot.lock'));
    await supervisor.line(polls(2));
    expect(place.starts()).toMatchObject([{ sameLock: true }, { generation: 2, sameLock: true }]);
    const second = place.run(['supervise']);
    expect(await second.end).toBe(1);
  }),
);

it.concurrent(
  'rejects a second start even if all lock files are deleted, because the first one answers',
  inPlace(async (place) => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    rmSync(join(place.directory, 'ccbot.lock'));
    const paths = pathsOf(place.directory, place.directory);
    const { own, shared } = tokenLockPaths(paths, { token: place.token, apiRoot: place.telegram.url });
    for (const path of [own, shared]) rmSync(path);
    const second = place.run(['supervise']);
    expect(await second.end).toBe(1);
    expect(second.stderr()).toContain(`pid ${first.pid}`);
    expect(second.stderr()).toContain('was deleted or replaced');
    await first.line(polls(2)); // it has taken the locks again
    const third = place.run(['supervise']);
    expect(await third.end).toBe(1);
    expect(third.stderr()).toContain('The kernel refused');
  }),
);

it.concurrent(
  'creates CCBOT_DIR again after it was deleted, and keeps running',
  inPlace(async (place) => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    rmSync(place.directory, { recursive: true, maxRetries: 10 }); // the worker keeps writing into it
    await supervisor.line(polls(2));
    expect(place.starts()).toMatchObject([{ generation: 2, sameLock: true }]);
  }),
);

it.concurrent(
  'exits with 1, and stops its worker, when another process took the replaced lock file',
  inPlace(async (place) => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    const path = join(place.directory, 'ccbot.lock');
    rmSync(path);
    const taken = acquireLock(path, holderOfThisProcess('0', place.directory, 0, 'worker'));
    expect(taken.ok).toBe(true);
    expect(await supervisor.end).toBe(1);
    expect(supervisor.stdout()).toContain(`pid ${process.pid}`);
    await gone(place.starts()[0]?.pid ?? 0);
    if (taken.ok) taken.lock.release();
  }),
);
