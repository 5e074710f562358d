import { join } from 'node:path';
import { OLD_SETPRIVS, pathWithOldSetpriv } from '@ccbot/shared/fixtures/old-programs';
import { until } from '@ccbot/shared/fixtures/until';
import { HOSTILE } from '../fixtures/hostile-configurations';
import { soon, startHolder, tmuxRig, type AttachedTerminal, type TmuxRig } from '../fixtures/rigs';

let rig: TmuxRig;
afterEach(() => rig.dispose());

const sizeOf = async (pane: string): Promise<{ cols: number; rows: number }> => {
  const printed = await rig.tmux('display-message', '-p', '-t', pane, '#{pane_width} #{pane_height}');
  const [cols = 0, rows = 0] = printed.split(' ').map(Number);
  return { cols, rows };
};

/** Attaches at a terminal, wherever our session is by now. */
const attach = async (): Promise<AttachedTerminal> => {
  const [session = ''] = (
    await rig.tmux('list-sessions', '-f', '#{@ccbot_owner}', '-F', '#{session_id}')
  ).split('\n');
  return rig.attachTerminal({ cols: 100, rows: 30 }, session);
};

describe.each(Object.entries(HOSTILE))('beside a configuration %s', (_, configuration) => {
  it('starts, types exactly, survives restarts and terminals, and leaves nothing behind', async () => {
    rig = await tmuxRig({}, configuration);
    const opened = await rig.launch('s1', { name: 'my session' });
    expect(await rig.panes.list()).toEqual([opened]);
    const size = await sizeOf(opened.pane);
    expect(size.cols).toBeGreaterThanOrEqual(80);
    expect(size.rows).toBeGreaterThanOrEqual(24);

    // A turn.
    await rig.panes.type('s1', [
      { kind: 'text', text: 'one; #{x}' },
      { kind: 'key', key: 'BSpace' },
      { kind: 'key', key: 'C-j' },
      { kind: 'key', key: 'Enter' },
    ]);
    const first = 'one; #{x}\u007f\n\r';
    expect(await rig.received('s1', (text) => text.length >= first.length)).toBe(first);
    await rig.panes.watch('s1', true);
    await rig.panes.screen('s1');
    const before = rig.events.length;
    await rig.print('s1');
    await rig.event((event) => event.type === 'output', before);

    // A terminal comes and goes.
    await (await attach()).detach();

    // The worker restarts.
    await rig.panes.stop();
    const second = rig.again();
    await second.panes.start(() => undefined);
    expect(await second.panes.list()).toEqual([opened]);
    await second.panes.type('s1', [{ kind: 'paste', text: 'two\nlines' }]);
    const both = `${first}\u001b[200~two\nlines\u001b[201~`;
    expect(await rig.received('s1', (text) => text.length >= both.length)).toBe(both);
    await (await attach()).detach();
    expect(await rig.tmux('display-message', '-p', '-t', opened.pane, '#{window_name}')).toBe('my session\n');
    expect(rig.started('s1').env).not.toHaveProperty('TELEGRAM_BOT_TOKEN');

    // A program ends: its last screen stays, and it is not started again.
    const { pid } = await second.panes.open(
      rig.request('s2', { argv: ['/bin/sh', '-c', 'echo last; sleep 0.1; exit 3'] }),
    );
    expect(await second.event((event) => event.type === 'died')).toMatchObject({
      session: 's2',
      exitStatus: 3,
    });
    expect(await second.panes.screen('s2')).toContain('last');
    expect(await second.panes.list()).toContainEqual(
      expect.objectContaining({ session: 's2', pid, dead: true }),
    );
    await second.panes.close('s2');

    // Nothing was closed, and what is closed goes alone.
    expect(
      [...rig.events, ...second.events].filter(({ type }) => type === 'closed' || type === 'down'),
    ).toEqual([]);
    await second.panes.close('s1');
    expect(await second.panes.list()).toEqual([]);
    const left = (await rig.tmux('list-panes', '-a', '-f', '#{@ccbot_owner}', '-F', '#{pane_start_command}'))
      .trim()
      .split('\n');
    expect(left.filter((command) => !command.includes('keeps the session')).length).toBeLessThanOrEqual(1);
  });
});

it('opens windows of a good size while the user has a fixed one for all windows', async () => {
  rig = await tmuxRig();
  await rig.tmux(
    'set-option',
    '-g',
    'window-size',
    'manual',
    ';',
    'set-option',
    '-g',
    'default-size',
    '20x5',
  );
  const { pane } = await rig.launch('s1');
  expect(await sizeOf(pane)).toEqual({ cols: 120, rows: 40 });
  expect(await rig.tmux('show-options', '-g', '-w', '-v', 'window-size')).toBe('manual\n');
});

describe.each(OLD_SETPRIVS)('with the setpriv of %s', (kind) => {
  it('connects, and loses its client when the worker is killed', async () => {
    rig = await tmuxRig();
    await rig.panes.stop();
    const env = { ...rig.env, PATH: pathWithOldSetpriv(join(rig.directory, 'old'), kind) };
    const clients = async (): Promise<string> => rig.tmux('list-clients', '-F', '#{client_pid}');
    const worker = startHolder(rig, env);
    try {
      await soon(new Promise((resolve) => worker.stdout?.once('data', resolve)), 'the worker to connect');
      expect(await clients()).toMatch(/^\d+\n$/);
    } finally {
      worker.kill('SIGKILL');
    }
    await until(async () => (await clients()) === '');
  });
});
