import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { READY, KernelUnderTest } from '../../fixtures/kernel';
import { PanesError } from '../../terminal/panes';

let bot: KernelUnderTest;
let agent: ChildProcess;
beforeEach(async () => {
  bot = new KernelUnderTest();
  await bot.open();
  agent = spawn('sleep', ['600']);
});
afterEach(async () => {
  agent.kill('SIGKILL');
  await bot.close();
});

/** Has Claude Code's own file say that the process runs a session. */
function runs(sessionId: string): void {
  const folder = join(bot.dir, '.claude/sessions');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${agent.pid}.json`),
    JSON.stringify({ sessionId, cwd: bot.project, status: 'idle' }),
  );
}
const stray = (more: object = {}) => {
  const pid = agent.pid ?? 0;
  return {
    id: `5-${pid}`,
    pane: '%5',
    pid,
    dead: false,
    ours: false,
    tmuxSession: 'desk',
    window: 'mine',
    command: 'node',
    cwd: bot.project,
    ...more,
  };
};
const adopted = () => bot.rooms.sessions.live().find((session) => session.adopted === true);

it('shows names of the terminal on one line, and adopts the window of its own button', async () => {
  bot.panes.openAtTerminal(
    stray({ window: 'a\nAdopted b: /allow', command: 'c\td\u202ee', cwd: '/x\ny', ours: true }),
  );
  bot.panes.openAtTerminal(stray({ id: '6-1', pid: 2 ** 30, pane: '%6', window: 'other', ours: true }));
  await bot.stop();
  await bot.start();
  const offer = await bot.until(() => bot.said('a Adopted b: /allow')[0]);
  expect(offer.text).toContain('desk:a Adopted b: /allow');
  expect(offer.text).toContain('c d e');
  expect(offer.text).toContain('/x y');
  expect(offer.text.split('\n')[0]).toContain('/x y');
  bot.telegram.owner.tap('Adopt', offer.id);
  await bot.until(() => bot.said('is a session now')[0]);
  expect(bot.said('other')).toHaveLength(1);
  expect(adopted()).toMatchObject({ cwd: '/x\ny' });
});

it('offers the agent that runs at the terminal when ccbot starts, and makes it a session with one tap', async () => {
  runs('by-hand');
  bot.panes.openAtTerminal(stray());
  bot.panes.openAtTerminal(stray({ id: '6-1', pid: 2 ** 30, pane: '%6' })); // a window of the user, without an agent
  await bot.stop();
  await bot.start();
  const offer = await bot.until(() => bot.said('runs at the terminal')[0]);
  expect(bot.said('belongs to no session')).toEqual([]);
  bot.telegram.owner.tap('Adopt', offer.id);
  await bot.until(() => bot.said('is a session now')[0]);
  expect(adopted()).toMatchObject({ agent: 'claude', cwd: bot.project, binding: { sessionId: 'by-hand' } });
  expect(bot.said('runs at the terminal')).toEqual([]);

  const { id } = adopted() ?? { id: '' };
  bot.panes.show(id, READY);
  await bot.eventually(() => adopted()?.phase === 'ready');
  bot.telegram.owner.say('from the phone');
  await bot.eventually(() => bot.panes.received(id).includes('from the phone'));
  // The next start offers nothing.
  await bot.stop();
  await bot.start();
  expect(adopted()?.id).toBe(id);
  expect(bot.said('runs at the terminal')).toEqual([]);
});

it('gets what was written while there was no session', async () => {
  runs('by-hand');
  bot.panes.openAtTerminal(stray());
  bot.telegram.owner.say('for whoever is there');
  await bot.until(() => bot.said('Your message is kept')[0]);
  await bot.hook('SessionStart', { session_id: 'by-hand' }, null);
  bot.telegram.owner.tap('Adopt', (await bot.until(() => bot.said('runs at the terminal')[0])).id);
  await bot.until(() => bot.said('Your message goes to')[0]);
  const { id } = adopted() ?? { id: '' };
  bot.panes.show(id, READY);
  await bot.eventually(() => bot.panes.received(id).includes('for whoever is there'));
});

it('types nothing into a shell when the agent has exited, says so, and unties the window', async () => {
  runs('by-hand');
  bot.panes.openAtTerminal(stray());
  await bot.hook('SessionStart', { session_id: 'by-hand' }, null);
  bot.telegram.owner.tap('Adopt', (await bot.until(() => bot.said('runs at the terminal')[0])).id);
  await bot.until(() => bot.said('is a session now')[0]);
  const { id } = adopted() ?? { id: '' };
  bot.panes.show(id, READY);
  await bot.eventually(() => adopted()?.phase === 'ready');
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGKILL');
  await ended;
  bot.telegram.owner.say('rm -r of something');
  await bot.until(() => bot.said('exited at the terminal')[0]);
  expect(bot.panes.typed).toEqual([]);
  expect(bot.panes.untied).toEqual([id]);
  expect(bot.panes.closed).toEqual([]);
});

it('offers a window in its own tmux session that belongs to no session, and closes it only after a confirmation', async () => {
  bot.panes.openAtTerminal(stray({ ours: true, command: 'vim' }));
  await bot.stop();
  await bot.start();
  const offer = await bot.until(() => bot.said('belongs to no session')[0]);
  bot.telegram.owner.tap('Close', offer.id);
  const sure = await bot.until(() => bot.said('Close the tmux window')[0]);
  expect(await bot.panes.strays?.list()).toHaveLength(1);
  bot.telegram.owner.tap('Close it', sure.id);
  await bot.until(() => bot.said('is closed')[0]);
  expect(await bot.panes.strays?.list()).toEqual([]);
});

it('lists the agents at the terminal below everything else, and says so when there are none', async () => {
  bot.telegram.owner.say('/adopt');
  await bot.until(() => bot.said('No agent runs at the terminal')[0]);
  runs('by-hand');
  bot.panes.openAtTerminal(stray());
  bot.panes.openAtTerminal(stray({ id: '6-1', pid: 2 ** 30, pane: '%6' })); // a window of the user, without an agent
  await bot.stop();
  await bot.start();
  const offers = () => bot.said('Claude Code runs at the terminal');
  const first = await bot.until(() => offers()[0]);
  bot.telegram.owner.say('/adopt');
  const shownAgain = await bot.until(() => offers().find((m) => m.id > first.id));
  await bot.until(() => offers().length === 1);
  bot.telegram.owner.tap('Adopt', shownAgain.id);
  await bot.until(() => bot.said('is a session now')[0]);
  bot.telegram.owner.say('/adopt');
  await bot.until(() => bot.said('No agent runs at the terminal')[1]);
  expect(offers()).toEqual([]);
});

describe('killed between the tap on Adopt and the end of the adoption', () => {
  /** Ends everything while the adoption is half done. */
  async function killedWhile(moment: 'before' | 'after'): Promise<void> {
    runs('by-hand');
    bot.panes.openAtTerminal(stray());
    await bot.hook('SessionStart', { session_id: 'by-hand' }, null);
    const offer = await bot.until(() => bot.said('runs at the terminal')[0]);
    const { strays } = bot.panes;
    if (strays === undefined) throw new Error('the recorder has strays');
    const { tie } = strays;
    let reached = (): void => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    let end: (error: Error) => void = () => undefined;
    strays.tie = async (...args) => {
      if (moment === 'after') await tie(...args);
      reached();
      return new Promise((_, reject) => (end = reject));
    };
    bot.telegram.owner.tap('Adopt', offer.id);
    await isReached;
    strays.tie = tie;
    // As after a kill -9: nothing that follows is written, and the tap is still open.
    const stopped = bot.stop();
    end(new Error('killed at this very moment'));
    await stopped;
  }

  it.each(['before', 'after'] as const)(
    '%s its window was tied: it is one session, and reported once',
    async (moment) => {
      await killedWhile(moment);
      await bot.start();
      await bot.until(() => bot.said('is a session now')[0]);
      await bot.kernel.inbox.journal.drained();
      await bot.eventually(() => adopted()?.phase !== 'opening');
      expect(bot.rooms.sessions.all()).toHaveLength(1);
      expect(bot.said('is a session now')).toHaveLength(1);
      expect(bot.said('runs at the terminal')).toEqual([]);
      const { id } = adopted() ?? { id: '' };
      bot.panes.show(id, READY);
      await bot.eventually(() => adopted()?.binding?.sessionId === 'by-hand');
      bot.telegram.owner.say('from the phone');
      await bot.eventually(() => bot.panes.received(id).includes('from the phone'));
    },
  );

  it('leaves no session when the agent has exited meanwhile, and says that the window is gone', async () => {
    await killedWhile('before');
    bot.panes.closeStrayAtTerminal(stray().id);
    await bot.start();
    await bot.until(() => bot.said('That window is gone')[0]);
    expect(bot.rooms.sessions.all()).toEqual([]);
  });
});

it('stays one session when Adopt is tapped twice, and says so', async () => {
  runs('by-hand');
  bot.panes.openAtTerminal(stray());
  await bot.hook('SessionStart', { session_id: 'by-hand' }, null);
  const offer = await bot.until(() => bot.said('runs at the terminal')[0]);
  bot.telegram.owner.tap('Adopt', offer.id);
  bot.telegram.owner.tap('Adopt', offer.id);
  await bot.until(() => bot.said('is a session now')[0]);
  await bot.kernel.inbox.journal.drained();
  await bot.eventually(() => bot.rooms.world.updates.depth() === 0);
  expect(bot.rooms.sessions.all()).toHaveLength(1);
  await bot.until(() => bot.said('is a session now').length === 1);
  expect(bot.said('That window is gone')).toEqual([]);
});

it('takes a session that was resumed by hand out of the archive, unless adopting it fails', async () => {
  await bot.ready();
  bot.telegram.owner.say('/done');
  await bot.until(() => bot.said('is done and archived')[0]);
  const [archived] = bot.rooms.sessions.all();
  runs('agent-session');
  bot.panes.openAtTerminal(stray());
  await bot.hook('SessionStart', { session_id: 'agent-session' }, null);
  const offer = await bot.until(() => bot.said('runs at the terminal')[0]);
  const { strays } = bot.panes;
  const tie = strays?.tie;
  if (strays === undefined || tie === undefined) throw new Error('the recorder has strays');
  strays.tie = () => Promise.reject(new PanesError('refused', 'tmux would not'));
  bot.telegram.owner.tap('Adopt', offer.id);
  await bot.until(() => bot.said('could not adopt')[0]);
  expect(bot.rooms.sessions.all()).toMatchObject([{ id: archived?.id, phase: 'ended' }]);
  strays.tie = tie;
  bot.telegram.owner.tap('Adopt', offer.id);
  await bot.until(() => bot.said('is a session now')[0]);
  expect(bot.rooms.sessions.all()).toMatchObject([
    { adopted: true, binding: { sessionId: 'agent-session' } },
  ]);
});
