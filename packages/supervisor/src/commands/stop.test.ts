import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess, processStartTime } from '@ccbot/shared/lock/holder';
import { gone, openPlace, type Place, polls } from '../fixtures/harness';

let place: Place;

beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
});

describe('ccbot stop', () => {
  it('returns when supervisor and worker are gone', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    expect((await place.ask('stop')).code).toBe(0);
    expect(await supervisor.end).toBe(0);
    await gone(place.starts()[0]?.pid ?? 0);
    expect((await place.ask('stop')).out).toContain('is not running');
  });
});

describe('ccbot stop, and a lock that names a process', () => {
  const lock = (): string => join(place.directory, 'ccbot.lock');
  const bystanders: ChildProcess[] = [];
  afterEach(() => {
    for (const child of bystanders.splice(0)) child.kill('SIGKILL');
  });
  /** A process that has nothing to do with ccbot. */
  function bystander(): ChildProcess & { pid: number } {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    bystanders.push(child);
    return child as ChildProcess & { pid: number };
  }
  const holderOf = (pid: number, more: object = {}) => ({
    ...holderOfThisProcess('0', place.directory, 0, 'worker'),
    pid,
    startTime: processStartTime(pid),
    ...more,
  });
  const runs = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

  it.each([
    ['with its start time', {}],
    ['without one, as on macOS', { startTime: null }],
    ['as a supervisor', { role: 'supervisor' }],
  ])('signals none that does not hold it: %s', async (_, more) => {
    const child = bystander();
    writeFileSync(lock(), `${JSON.stringify(holderOf(child.pid, more))}\n`);
    const { code, out } = await place.ask('stop');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(`names process ${child.pid}, which does not hold it`),
    ]);
    expect(runs(child)).toBe(true);
  });

  it('signals none with the number of one that has ended', async () => {
    const child = bystander();
    writeFileSync(lock(), `${JSON.stringify(holderOf(child.pid, { startTime: '1' }))}\n`);
    expect(await place.ask('stop')).toMatchObject({ code: 0, out: 'ccbot is not running.\n' });
    expect(runs(child)).toBe(true);
  });

  it('leaves a command that holds it alone', async () => {
    const taken = acquireLock(lock(), holderOfThisProcess('0', place.directory, 0, 'command'));
    expect(await place.ask('stop')).toMatchObject({
      code: 0,
      out: expect.stringContaining('one of its commands holds the lock') as string,
    });
    if (taken.ok) taken.lock.release();
  });

  it.each([
    ['names nobody', () => '', 'does not say which'],
    [
      'is cut in half',
      () => JSON.stringify(holderOfThisProcess('0', '/', 0, 'worker')).slice(0, 40),
      'does not say which',
    ],
    [
      'names a process of another machine',
      () => JSON.stringify({ ...holderOf(1), startTime: '1', host: 'elsewhere' }),
      'held on another machine',
    ],
  ])('does not claim that it stopped one whose lock %s', async (_, text, words) => {
    const taken = acquireLock(lock(), holderOfThisProcess('0', place.directory, 0, 'worker'));
    writeFileSync(lock(), text());
    expect(await place.ask('stop')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining(words) as string,
    });
    if (taken.ok) taken.lock.release();
  });

  it('says that another ccbot has taken over', async () => {
    const first = place.run(['supervise']);
    await first.line(polls(1));
    const standby = place.run(['supervise', '--standby']);
    while (!standby.stderr().includes('Waiting for the lock'))
      await once(standby.process.stderr ?? standby.process, 'data');
    const { code, err } = await place.ask('stop');
    // It takes the lock the moment that it is free, or just after the last look.
    if (code === 1) expect(err).toContain(`another one has taken over: pid ${standby.pid}`);
    await standby.line(polls(1));
    expect(await first.end).toBe(0);
  });

  it('ends one whose socket is gone', async () => {
    const supervisor = place.run(['supervise']);
    await supervisor.line(polls(1));
    rmSync(join(place.directory, 'run/supervisor.sock'));
    expect(await place.ask('stop')).toMatchObject({
      code: 0,
      out: expect.stringContaining('has stopped') as string,
    });
    expect(await supervisor.end).toBe(0);
  });
});
