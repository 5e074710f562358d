import type { PendingUpdate } from '@ccbot/sandbox/telegram/state';
import { copyFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIALOG, READY, KernelUnderTest } from '../fixtures/kernel';
import { openStore } from '../store/open';
import { createPrompts } from '../prompts/store';
import { createSessionStore } from '../sessions/store';
import { PanesError } from '../terminal/panes';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
});
afterEach(() => w.close());

describe('a message that was being typed when ccbot was killed', () => {
  async function interrupted(): Promise<number> {
    await w.ready();
    await w.stop();
    const again = openStore(w.paths.db, Date.now);
    const prompts = createPrompts(again);
    prompts.add({ id: 4242, session: w.session, chatId: 7, messageId: 1, text: 'half typed' }, 0);
    prompts.mark(4242, 'typing', 0);
    again.close();
    return w.typed().length;
  }

  it('is neither typed again nor asked about when the transcript shows it', async () => {
    const before = await interrupted();
    w.write(w.prompted('half typed'));
    await w.start();
    await w.eventually(() => createPrompts(w.store).get(4242)?.state === 'confirmed');
    expect(w.typed()).toHaveLength(before);
    expect(w.said('could not confirm that the agent received')).toEqual([]);
  });

  it('is asked about when nothing shows it, and typed once when the user says so', async () => {
    const before = await interrupted();
    await w.start();
    await w.until(() => w.said('could not confirm that the agent received')[0]);
    expect(w.typed()).toHaveLength(before);
    w.telegram.owner.tap('Send again');
    w.telegram.owner.tap('Send again');
    await w.eventually(() => w.typed().includes('half typed'));
    await w.kernel.inbox.journal.drained();
    await w.kernel.settled();
    expect(w.typed().filter((t) => t === 'half typed')).toHaveLength(1);
    await w.until(() => w.said('could not confirm that the agent received').length === 0);
  });

  it('is dropped when the user drops it', async () => {
    await interrupted();
    await w.start();
    await w.until(() => w.said('could not confirm that the agent received')[0]);
    w.telegram.owner.tap('Drop');
    await w.eventually(() => createPrompts(w.store).get(4242)?.state === 'dropped');
    expect(w.typed()).not.toContain('half typed');
  });
});

describe('a dialog on the screen', () => {
  it('holds text back, can be answered with keys, and then releases the text', async () => {
    await w.ready();
    w.panes.show(w.session, DIALOG);
    w.telegram.owner.say('not into the dialog');
    await w.until(() => w.said('shows a dialog')[0]);
    await w.until(() => w.said('Do you trust it?')[0]);
    w.telegram.owner.tap('⏎ Enter');
    await w.eventually(() =>
      w.panes.typed.some(({ keys }) => keys.some((k) => k.kind === 'key' && k.key === 'Enter')),
    );
    expect(w.typed()).not.toContain('not into the dialog');
    w.panes.show(w.session, READY);
    await w.eventually(() => w.typed().includes('not into the dialog'));
    await w.until(() => w.said('Do you trust it?').length === 0);
  });
});

it('reads again, and takes once, what a session off screen did before ccbot was killed', async () => {
  await w.ready();
  const id = w.session;
  const texts = (): string[] | undefined => w.rooms.sessions.get(id)?.card.texts.map(({ text }) => text);
  w.write(w.prompted('go'));
  await w.eventually(() => w.rooms.sessions.get(id)?.card.phase === 'working');
  await w.opened(); // another one is on screen
  w.write(w.answered('half way'));
  await w.eventually(() => texts()?.length === 1);
  const left = join(w.paths.dir, 'left-by-the-kill.db');
  w.store.db.exec(`VACUUM INTO '${left}'`);
  await w.stop();
  for (const end of ['-wal', '-shm']) rmSync(`${w.paths.db}${end}`, { force: true });
  copyFileSync(left, w.paths.db);
  const stored = openStore(w.paths.db, Date.now);
  const [row] = createSessionStore(stored)
    .all()
    .filter((session) => session.id === id);
  stored.close();
  expect(row?.body).not.toContain('half way');
  await w.start();
  await w.eventually(() => texts()?.length === 1);
  w.write(w.answered('all the way'), w.turnOver());
  await w.eventually(() => w.rooms.sessions.get(id)?.card.phase === 'idle');
  expect(texts()).toEqual(['half way', 'all the way']);
});

it('presses a key once when ccbot was killed before it recorded that the tap was handled', async () => {
  await w.ready();
  w.telegram.owner.say('/screen');
  const screen = await w.until(() => w.said('Screen of demo').find(({ keyboard }) => keyboard.length > 0));
  const taps: PendingUpdate[] = [];
  w.telegram.state.changed.on('update', (update: PendingUpdate) => taps.push(update));
  w.telegram.owner.tap('↓', screen.id);
  const presses = (): number =>
    w.panes.typed.filter(({ keys }) => keys.some((k) => k.kind === 'key' && k.key === 'Down')).length;
  await w.eventually(() => presses() === 1);
  await w.kernel.inbox.journal.drained();
  await w.stop();
  const again = openStore(w.paths.db, Date.now);
  again.db
    .prepare("UPDATE updates SET state = 'claimed', claimed_by = 'the one before', body = ? WHERE id = ?")
    .run(JSON.stringify(taps[0]), taps[0]?.update_id ?? 0);
  again.close();
  await w.start();
  await w.kernel.inbox.journal.drained();
  expect(presses()).toBe(1);
  w.telegram.owner.tap('↓', screen.id);
  await w.eventually(() => presses() === 2);
});

it('shows a requested screen when ccbot was killed before it was drawn', async () => {
  await w.ready();
  await w.stop();
  const again = openStore(w.paths.db, Date.now);
  const sessions = createSessionStore(again);
  for (const { id, body } of sessions.all()) {
    sessions.put(id, JSON.stringify({ ...(JSON.parse(body) as object), screenIn: [7] }));
  }
  again.close();
  await w.start();
  await w.until(() => w.said('Screen of demo')[0]);
});

it('asks again when the terminal does not say which windows it has, and takes its silence for nothing', async () => {
  await w.ready();
  w.panes.goDown('server exited', 'keep');
  w.panes.failNext('list', new PanesError('refused', 'tmux: list-panes: no answer'));
  w.panes.comeUp();
  await w.eventually(() => w.panes.isWatched(w.session));
  w.telegram.owner.say('after the silence');
  await w.eventually(() => w.typed().includes('after the silence'));
  expect(w.rooms.sessions.live()).toHaveLength(1);
  expect(w.said('Ended while')).toEqual([]);
});

describe('the end of a session', () => {
  it('is reported with the exit code and the last output when its program ends', async () => {
    await w.ready();
    w.panes.show(w.session, ['Traceback: out of cheese']);
    w.panes.die(w.session, 3);
    const told = await w.until(() => w.said('out of cheese')[0]);
    expect(told.text).toContain('exit code 3');
    expect(w.rooms.sessions.live()).toEqual([]);
  });

  it('is reported when its window is closed at the terminal', async () => {
    await w.ready();
    w.panes.closeAtTerminal(w.session);
    await w.until(() => w.said('was closed')[0]);
  });

  it('comes only after a second tap when the user ends it', async () => {
    await w.ready();
    w.telegram.owner.say('/kill');
    await w.until(() => w.said('End demo?')[0]);
    expect(w.panes.closed).toEqual([]);
    w.telegram.owner.tap('End it');
    await w.until(() => w.said('was ended')[0]);
    await w.eventually(() => w.panes.closed.length === 1);
    expect(w.said('was closed')).toEqual([]);
  });

  it('is reported once for all sessions that were lost with the terminal server', async () => {
    await w.ready();
    w.telegram.owner.say('/new other');
    await w.eventually(() => w.panes.opened.length === 2);
    w.panes.goDown('kill-server');
    w.panes.comeUp();
    const told = await w.until(() => w.said('Ended while ccbot was not running')[0]);
    expect(told.text).toContain('demo');
    expect(told.text).toContain('other');
    expect(w.said('Ended while ccbot was not running')).toHaveLength(1);
  });

  it('makes its keys say that the screen is gone', async () => {
    await w.ready();
    w.telegram.owner.say('/screen');
    const data = `key:${w.session}:Up`;
    const message = await w.until(() =>
      w.telegram.owner.fromBot().find((m) => m.keyboard.flat().some((b) => b.callback_data === data)),
    );
    w.panes.closeAtTerminal(w.session);
    await w.until(() => message.deleted);
    message.deleted = false; // the tap was under way when the message went
    const query = w.telegram.owner.tap(data);
    await w.until(() => w.telegram.state.queries.get(query)?.answered?.includes('That screen is gone'));
  });
});

describe('a database that does not open', () => {
  async function damaged(): Promise<void> {
    await w.stop();
    writeFileSync(w.paths.db, 'this is no database, '.repeat(500));
    utimesSync(w.paths.db, 1, 1); // it was last written to before anything of the test
    await w.start();
  }

  it('is set aside, and its sessions are found again by their windows, with name, directory and transcript', async () => {
    await w.ready();
    const before = w.rooms.sessions.get(w.session);
    await damaged();
    expect(readdirSync(w.paths.dir).some((name) => name.startsWith('ccbot.db.broken-'))).toBe(true);
    const { name, cwd, chatId, agent } = before ?? {};
    expect(w.rooms.sessions.live()).toMatchObject([{ id: w.session, name, cwd, chatId, agent }]);
    const told = await w.until(() => w.said('Found again by window')[0]);
    expect(told.text).toContain('demo');
    w.panes.show(w.session, READY);
    await w.hook('UserPromptSubmit', { prompt: 'at the desk' });
    w.write(w.prompted('at the desk'), w.answered('An answer after it.'), w.turnOver());
    await w.until(() => w.said('An answer after it.')[0]);
    w.telegram.owner.say('/switch demo');
    w.telegram.owner.say('typed into it');
    await w.eventually(() => w.typed().includes('typed into it'));
  });

  it('leaves the windows of another ccbot alone', async () => {
    await w.ready();
    await w.panes.open({ session: 'theirs', name: 'x', cwd: '/', argv: ['x'], env: {} });
    const note = JSON.stringify({ v: 1, dir: '/elsewhere', chat: 7, name: 'x', agent: 'claude', title: 'x', cwd: '/', at: 0 }); // oxfmt-ignore
    await w.panes.open({ session: 'others', name: 'x', cwd: '/', argv: ['x'], env: {}, note });
    const ours = w.panes.opened[0]?.session;
    await damaged();
    expect(w.rooms.sessions.live().map((s) => s.id)).toEqual([ours]);
  });
});
