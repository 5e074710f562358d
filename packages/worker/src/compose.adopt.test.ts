import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { READY, StationsUnderTest } from './fixtures/stations';

let bot: StationsUnderTest;
let agent: ChildProcess;
beforeEach(async () => {
  bot = new StationsUnderTest();
  await bot.open();
  agent = spawn('sleep', ['600']);
});
afterEach(async () => {
  agent.kill('SIGKILL');
  await bot.close();
});

/** Claude Code's own word that a process runs a session. */
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
  const where = { tmuxSession: 'desk', window: 'mine', command: 'node', cwd: bot.project };
  return { id: `5-${pid}`, pane: '%5', pid, dead: false, ours: false, ...where, ...more };
};
const adopted = () => bot.stations.registry.live().find((session) => session.adopted === true);

it('offers at its start the agent that runs at the desk, and makes it a session with one tap', async () => {
  runs('by-hand');
  bot.panes.openAtDesk(stray());
  bot.panes.openAtDesk(stray({ id: '6-1', pid: 2 ** 30, pane: '%6' })); // somebody's own, with no agent
  await bot.stop();
  await bot.start();
  const offer = await bot.until(() => bot.said('runs at the desk')[0]);
  expect(bot.said('belongs to no session')).toEqual([]);
  bot.telegram.owner.tap('Adopt', offer.id);
  await bot.until(() => bot.said('is a session now')[0]);
  expect(adopted()).toMatchObject({ agent: 'claude', cwd: bot.project, binding: { sessionId: 'by-hand' } });
  expect(bot.said('runs at the desk')).toEqual([]);

  const { id } = adopted() ?? { id: '' };
  bot.panes.show(id, READY);
  await bot.eventually(() => adopted()?.phase === 'ready');
  bot.telegram.owner.say('from the phone');
  await bot.eventually(() => bot.panes.received(id).includes('from the phone'));
  // Told once: a start after it offers nothing.
  await bot.stop();
  await bot.start();
  expect(adopted()?.id).toBe(id);
  expect(bot.said('runs at the desk')).toEqual([]);
});

it('types nothing for a shell when the agent has ended, tells of it, and lets the window go', async () => {
  runs('by-hand');
  bot.panes.openAtDesk(stray());
  await bot.hook('SessionStart', { session_id: 'by-hand' }, null);
  bot.telegram.owner.tap('Adopt', (await bot.until(() => bot.said('runs at the desk')[0])).id);
  await bot.until(() => bot.said('is a session now')[0]);
  const { id } = adopted() ?? { id: '' };
  bot.panes.show(id, READY);
  await bot.eventually(() => adopted()?.phase === 'ready');
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGKILL');
  await ended;
  bot.telegram.owner.say('rm -r of something');
  await bot.until(() => bot.said('ended at the desk')[0]);
  expect(bot.panes.typed).toEqual([]);
  expect(bot.panes.untied).toEqual([id]);
  expect(bot.panes.closed).toEqual([]);
});

it('tells of a window in its own tmux session that belongs to none, and closes it only when asked twice', async () => {
  bot.panes.openAtDesk(stray({ ours: true, command: 'vim' }));
  await bot.stop();
  await bot.start();
  const told = await bot.until(() => bot.said('belongs to no session')[0]);
  bot.telegram.owner.tap('Close', told.id);
  const sure = await bot.until(() => bot.said('Close the tmux window')[0]);
  expect(await bot.panes.strays?.list()).toHaveLength(1);
  bot.telegram.owner.tap('Close it', sure.id);
  await bot.until(() => bot.said('is closed')[0]);
  expect(await bot.panes.strays?.list()).toEqual([]);
});
