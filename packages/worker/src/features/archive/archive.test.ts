import { DIALOG, READY, KernelUnderTest } from '../../fixtures/kernel';
import { createPrompts } from '../../prompts/store';
import { PanesError } from '../../terminal/panes';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

const row = () => w.said('Archive')[0];
/** A finished session with one turn. */
async function archived(): Promise<string> {
  await w.ready();
  const id = w.session;
  w.telegram.owner.say('mend the shop');
  await w.eventually(() => w.typed().includes('mend the shop'));
  w.write(w.prompted('mend the shop'), w.answered('It is mended.'), w.turnOver());
  await w.until(() => w.said('It is mended.')[0]);
  w.telegram.owner.say('/done');
  await w.until(() => w.said('is done and archived')[0]);
  await w.eventually(() => w.rooms.sessions.get(id)?.phase === 'ended');
  return id;
}

/** Restores the archived session, in a new window. */
async function restored(): Promise<void> {
  w.telegram.owner.say('/archive');
  await w.until(row);
  w.telegram.owner.tap('1');
  await w.until(() => w.said(w.project)[0]);
  w.telegram.owner.tap('▶ Restore');
  await w.eventually(() => w.panes.opened.length === 2);
}

it('closes the window of a finished session, and lists it with the user’s first words', async () => {
  const id = await archived();
  expect(w.panes.closed).toContain(id);
  w.telegram.owner.say('/archive');
  const list = await w.until(row);
  expect(list.text).toMatch(/1\. demo mend the shop · done/);
});

it('resumes the same transcript in a new window, and types what was written meanwhile once its agent is ready', async () => {
  const id = await archived();
  await restored();
  expect(w.panes.opened[1]?.argv.slice(-2)).toEqual(['--resume', 'agent-session']);
  w.telegram.owner.say('and the roof');
  await w.kernel.inbox.journal.drained();
  expect(w.typed()).not.toContain('and the roof');
  w.panes.show(id, READY);
  await w.eventually(() => w.typed().includes('and the roof'));
  w.write(w.prompted('and the roof'), w.answered('The roof too.'), w.turnOver());
  await w.until(() => w.said('The roof too.')[0]);
  expect(w.said('It is mended.')).toHaveLength(1);
});

it('opens one window however often Restore is tapped, also across a restart', async () => {
  await archived();
  w.telegram.owner.say('/archive');
  await w.until(row);
  w.telegram.owner.tap('1');
  await w.until(() => w.said(w.project)[0]);
  w.telegram.owner.tap('▶ Restore');
  w.telegram.owner.tap('▶ Restore');
  await w.eventually(() => w.panes.opened.length === 2);
  await w.kernel.inbox.journal.drained();
  await w.stop();
  await w.start();
  await w.kernel.inbox.journal.drained();
  expect(w.panes.opened).toHaveLength(2);
});

it('deletes a session from the archive after a confirmation', async () => {
  const id = await archived();
  w.telegram.owner.say('/archive');
  await w.until(row);
  w.telegram.owner.tap('1');
  await w.until(() => w.said(w.project)[0]);
  w.telegram.owner.tap('🗑 Delete');
  await w.until(() => w.said('from the archive?')[0]);
  expect(w.rooms.sessions.get(id)).toBeDefined();
  expect(createPrompts(w.store).ofSession(id, ['typed', 'confirmed'])).toHaveLength(1);
  w.telegram.owner.tap('Delete it');
  await w.eventually(() => w.rooms.sessions.get(id) === undefined);
  // Nor is what was written to it kept.
  expect(createPrompts(w.store).ofSession(id, ['waiting', 'typed', 'confirmed'])).toEqual([]);
  w.telegram.owner.say('/archive');
  await w.until(() => w.said('The archive is empty')[0]);
});

it('closes the window that a kill -9 left open after its session ended', async () => {
  await w.ready();
  const id = w.session;
  w.panes.failNext('close', new PanesError('server-down', 'killed at this very moment'));
  w.telegram.owner.say('/done');
  await w.eventually(() => w.rooms.sessions.get(id)?.phase === 'ended');
  await w.stop();
  await w.start();
  expect(w.panes.closed).toContain(id);
});

it('offers to restore a lost session', async () => {
  await w.ready();
  await w.stop();
  w.panes.goDown('a reboot');
  await w.start();
  const lost = await w.until(() => w.said('Ended while ccbot was not running')[0]);
  expect(JSON.stringify(lost.keyboard)).toContain('Restore demo');
  w.telegram.owner.tap('▶ Restore demo');
  await w.eventually(() => w.panes.opened.length === 2);
  expect(w.panes.opened[1]?.argv).toContain('--resume');
});

it('restores with one tap every session that was lost together, and none that was lost before', async () => {
  await w.ready();
  const left = w.session;
  await w.stop();
  w.panes.goDown('a reboot');
  await w.start();
  await w.until(() => w.said('Ended while ccbot was not running')[0]);
  const names = ['two', 'three'];
  for (const name of names) {
    w.telegram.owner.say(`/new ${name}`);
    await w.eventually(() => w.panes.opened.at(-1)?.name === name && w.panes.isWatched(w.session));
    w.panes.show(w.session, READY);
    await w.hook('SessionStart', { source: 'startup', session_id: `agent-${name}` });
    await w.eventually(() => w.rooms.sessions.get(w.session)?.phase === 'ready');
  }
  await w.stop();
  w.panes.goDown('another reboot');
  await w.start();
  const lost = await w.until(() =>
    w.said('Ended while ccbot was not running').find((m) => m.text.includes('two')),
  );
  expect(lost.text).not.toContain('demo');
  // ccbot is killed when the first of them is half restored.
  w.panes.failNext('open', new Error('killed at this very moment') as PanesError);
  w.telegram.owner.tap('▶ Restore all', lost.id);
  await w.eventually(() => w.rooms.sessions.live().some(({ phase }) => phase === 'opening'));
  await w.stop();
  await w.start();
  await w.eventually(() => w.panes.opened.length === 5);
  await w.kernel.inbox.journal.drained();
  expect(w.panes.opened.slice(3).map(({ name }) => name)).toEqual(names);
  expect(w.rooms.sessions.get(left)?.phase).toBe('lost');
});

it('finds a window again that was opened unnoticed, and says so', async () => {
  await w.ready();
  const id = w.session;
  w.rooms.sessions.dispatch(id, [{ type: 'lost', at: w.now() }]);
  await w.stop();
  await w.start();
  expect((await w.until(() => w.said('Found again by window')[0])).text).toContain('demo');
  w.panes.show(id, READY);
  w.telegram.owner.say('/switch demo');
  w.telegram.owner.say('and on');
  await w.eventually(() => w.typed().includes('and on'));
  expect(w.panes.opened).toHaveLength(1);
});

it('says that a message was not typed because its session ended, and types it when the session resumes', async () => {
  await w.ready();
  const id = w.session;
  w.panes.show(id, DIALOG);
  w.telegram.owner.say('too late for this');
  await w.until(() => w.said('shows a dialog')[0]);
  w.panes.closeAtTerminal(id);
  await w.until(() => w.said('ended before your message was sent')[0]);
  expect(w.said('shows a dialog')).toEqual([]);
  await restored();
  w.panes.show(id, READY);
  await w.eventually(() => w.typed().includes('too late for this'));
  await w.until(() => w.said('ended before your message was sent').length === 0);
});

it('calls a session by the name that the user gives it', async () => {
  await w.ready();
  w.telegram.owner.say('/rename the shop');
  await w.until(() => w.said('Renamed to the-shop')[0]);
  expect(w.rooms.sessions.get(w.session)).toMatchObject({ name: 'the-shop', card: { name: 'the-shop' } });
});

it('takes a session out once when its button is tapped twice', async () => {
  const id = await archived();
  w.telegram.owner.say('/archive');
  await w.until(row);
  w.telegram.owner.tap('1');
  await w.until(() => w.said(w.project)[0]);
  w.telegram.owner.tap('🗑 Delete');
  await w.until(() => w.said('from the archive?')[0]);
  w.telegram.owner.tap('Delete it');
  w.telegram.owner.tap('Delete it');
  await w.eventually(() => w.rooms.sessions.get(id) === undefined);
  await w.eventually(() => w.rooms.world.updates.depth() === 0);
  await w.until(() => w.said('was deleted from the archive.')[0]);
  expect(w.said('was deleted from the archive.')).toHaveLength(1);
});
