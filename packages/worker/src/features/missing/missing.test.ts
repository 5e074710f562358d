import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { isRunning, knownProcess } from '@ccbot/shared/processes/known-process';
import { KernelUnderTest } from '../../fixtures/kernel';
import { openStore } from '../../store/open';
import { createSessionStore } from '../../sessions/store';

let w: KernelUnderTest;
const started: ChildProcess[] = [];
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await w.close();
});

/** A process that runs until it is ended. */
function program(): ChildProcess {
  const child = spawn('sleep', ['600']);
  started.push(child);
  return child;
}

/** A session whose program outlives its window, which is closed. */
async function withoutWindow(): Promise<{ child: ChildProcess; pid: number }> {
  const child = program();
  const pid = child.pid ?? 0;
  w.panes.runNext(pid);
  await w.ready();
  w.panes.closeAtTerminal(w.session);
  const offer = await w.until(() => w.said('cannot find the window')[0]);
  expect(offer.text).toContain(`pid ${pid}`);
  expect(offer.keyboard.flat().map(({ text }) => text)).toEqual(
    expect.arrayContaining(['Leave it', 'End it', 'Adopt it']),
  );
  return { child, pid };
}
const sessionNow = () => w.rooms.sessions.get(w.session);
const isAlive = (pid: number): boolean => isRunning(knownProcess(pid));

it('signals nothing because a window cannot be found, and holds what is written until it is there again', async () => {
  const { pid } = await withoutWindow();
  w.telegram.owner.say('written meanwhile');
  await w.until(() => w.said('cannot find the window').find(({ text }) => text.includes('message waits')));
  expect(isAlive(pid)).toBe(true);
  expect(sessionNow()).toMatchObject({ phase: 'ready' });
  w.panes.bringBack(w.session);
  await w.eventually(() => w.typed().includes('written meanwhile'));
  await w.until(() => w.said('Leave it').length === 0);
  expect(sessionNow()?.missing).toBeUndefined();
});

it('ends a session as soon as its process is gone, and takes the question back', async () => {
  const { child } = await withoutWindow();
  child.kill('SIGKILL');
  await w.until(() => w.said('was closed')[0]);
  await w.until(() => w.said('cannot find the window').length === 0);
  expect(sessionNow()).toMatchObject({ phase: 'ended', ended: { why: 'closed' } });
});

it('ends the process when the user says so', async () => {
  const { child } = await withoutWindow();
  const gone = once(child, 'exit');
  w.telegram.owner.tap('End it');
  expect(await gone).toEqual([null, 'SIGTERM']);
  await w.until(() => w.said('was ended')[0]);
});

it('signals no process that merely has the number', async () => {
  const { pid } = await withoutWindow();
  // As after the end of the process, when another one got its number.
  await w.stop();
  const store = openStore(w.paths.db, Date.now);
  const sessions = createSessionStore(store);
  for (const { id, body } of sessions.all()) {
    const row = JSON.parse(body) as object;
    const recycled = { pid, started: '1' };
    sessions.put(
      id,
      JSON.stringify({ ...row, program: recycled, missing: { at: 1, processes: [recycled] } }),
    );
  }
  store.close();
  await w.start();
  await w.eventually(() => sessionNow()?.phase === 'lost');
  expect(isAlive(pid)).toBe(true);
});

it('leaves it running, and does not ask again after a restart', async () => {
  const { pid } = await withoutWindow();
  w.telegram.owner.tap('Leave it');
  await w.until(() => w.said('keeps running')[0]);
  await w.stop();
  await w.start();
  await w.kernel.settled();
  expect(w.said('cannot find the window')).toEqual([]);
  expect(w.said('keeps running')).toHaveLength(1);
  expect(sessionNow()).toMatchObject({ phase: 'ready', missing: { isLeft: true } });
  expect(isAlive(pid)).toBe(true);
});

it('adopts its pane on another server, and says so if there is none', async () => {
  const { pid } = await withoutWindow();
  w.telegram.owner.tap('Adopt it');
  await w.until(() => w.said('has no terminal in any tmux server')[0]);
  expect(isAlive(pid)).toBe(true);
  w.panes.moveElsewhere(w.session);
  w.telegram.owner.tap('Adopt it');
  await w.until(() => w.said('has its window again')[0]);
  w.telegram.owner.say('to the adopted one');
  await w.eventually(() => w.typed().includes('to the adopted one'));
});

it('ends a missing agent with /kill, and never archives it for being idle', async () => {
  const { child } = await withoutWindow();
  const gone = once(child, 'exit');
  w.telegram.owner.say('/kill');
  await w.until(() => w.said('End demo?')[0]);
  w.telegram.owner.tap('End it', w.said('End demo?')[0]?.id);
  expect(await gone).toEqual([null, 'SIGTERM']);
});
