import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tmuxRig, type TmuxRig } from '../fixtures/rigs';
import { PanesError } from '../model';
import type { Stray, Strays } from '../strays';

let rig: TmuxRig;
let strays: Strays;
beforeEach(async () => {
  rig = await tmuxRig();
  if (rig.panes.strays === undefined) throw new Error('tmux has strays');
  ({ strays } = rig.panes);
  await rig.tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-s',
    'other',
    '-x',
    '90',
    '-y',
    '25',
    '-n',
    'mine',
    'cat',
  );
});
afterEach(() => rig.dispose());

const strayOutside = async (): Promise<Stray> => {
  const found = (await strays.list()).find(({ tmuxSession }) => tmuxSession === 'other');
  if (found === undefined) throw new Error('no stray in the other session');
  return found;
};

it('finds every pane that the user opened on the server, but not its own windows and not the window that keeps the session', async () => {
  await rig.launch('s1');
  await rig.tmux('new-window', '-d', '-t', `=${rig.name}:`, '-n', 'by hand', 'exec cat');
  const found = await strays.list();
  expect(found.map(({ tmuxSession, window, ours, dead }) => ({ tmuxSession, window, ours, dead }))).toEqual(
    expect.arrayContaining([
      { tmuxSession: 'other', window: 'mine', ours: false, dead: false },
      { tmuxSession: rig.name, window: 'by hand', ours: true, dead: false },
    ]),
  );
  expect(found).toHaveLength(2);
  for (const { id } of found) expect(Buffer.byteLength(`shut:${id}:yes`)).toBeLessThan(64);
});

it('types into an adopted window, reports its output, and does not resize it', async () => {
  const { id, pid } = await strayOutside();
  const size = (): Promise<string> =>
    rig.tmux('display-message', '-p', '-t', 'other', '#{window_width}x#{window_height}');
  const sizeBefore = await size();
  const state = await strays.tie(id, 's1', 'a note');
  expect(await rig.panes.list()).toEqual([state]);
  expect(state).toMatchObject({ session: 's1', pid, note: 'a note', adopted: true });
  expect(await strays.list()).toEqual([]);
  await rig.panes.watch('s1', true);
  await rig.panes.screen('s1');
  const before = rig.events.length;
  await rig.panes.type('s1', [{ kind: 'text', text: 'from the phone' }]);
  await rig.event((e) => e.type === 'output' && e.session === 's1', before);
  await rig.shows('s1', (rows) => rows.some((row) => row.includes('from the phone')));
  expect(await size()).toBe(sizeBefore);
});

it('finds an adopted window again after a restart, and reports when the user closes it', async () => {
  const state = await strays.tie((await strayOutside()).id, 's1', 'a note');
  await rig.panes.stop();
  const second = rig.again();
  await second.panes.start(() => undefined);
  expect(await second.panes.list()).toEqual([state]);
  await rig.tmux('kill-session', '-t', 'other');
  await rig.tmux('kill-pane', '-t', state.pane);
  expect(await second.event((e) => e.type === 'closed')).toEqual({ type: 'closed', session: 's1' });
});

describe('panes beside others', () => {
  it('leaves alone what an agent, or somebody beside it, started in its window', async () => {
    const { pane } = await rig.launch('s1');
    const member = (
      await rig.tmux('split-window', '-d', '-h', '-P', '-F', '#{pane_id} #{pane_pid}', '-t', pane, 'exec cat')
    ).trim();
    const [memberPane = '', pid = ''] = member.split(' ');
    const isOffered = async (): Promise<boolean> =>
      (await strays.list()).some((stray) => stray.pane === memberPane);
    expect(await isOffered()).toBe(false);
    await expect(strays.close(`${memberPane.slice(1)}-${pid}`)).rejects.toMatchObject({
      reason: 'no-such-session',
    });
    await rig.panes.stop();
    const second = rig.again();
    await second.panes.start(() => undefined);
    expect((await second.panes.strays?.list())?.some((stray) => stray.pane === memberPane)).toBe(false);
    expect(await second.panes.list()).toMatchObject([{ session: 's1', pane }]);
    await second.panes.close('s1');
    process.kill(Number(pid), 0); // it lives: ccbot did not start it
  });

  it('does not take the user’s panes beside an adopted one for its own', async () => {
    await rig.tmux('split-window', '-d', '-t', 'other', 'exec cat');
    await strays.tie((await strayOutside()).id, 's1', 'a note');
    const [beside] = await strays.list();
    expect(beside).toMatchObject({ ours: false });
    // It can be adopted as well, and its window is linked only once.
    await strays.tie(beside?.id ?? '', 's2', 'a note');
    const windows = await rig.tmux('list-windows', '-t', `${rig.name}:`, '-F', '#{window_id}');
    expect(new Set(windows.trim().split('\n')).size).toBe(windows.trim().split('\n').length);
  });
});

it('releases a window as it was, where it was', async () => {
  const before = await strayOutside();
  await strays.tie(before.id, 's1', 'a note');
  await strays.untie('s1');
  await strays.untie('s1');
  expect(await rig.panes.list()).toEqual([]);
  const { id, pid, window } = before;
  expect(await strayOutside()).toMatchObject({ id, pid, window });
  expect(await rig.tmux('list-panes', '-s', '-t', rig.name, '-F', '#{pane_id}')).not.toContain(before.pane);
  expect(rig.events.filter(({ type }) => type === 'closed')).toEqual([]);
});

it('closes an adopted pane alone, and not what is beside it', async () => {
  const { id, pane } = await strayOutside();
  await rig.tmux('split-window', '-d', '-t', 'other', 'cat');
  await strays.tie(id, 's1', 'a note');
  await rig.panes.close('s1');
  const left = await rig.tmux('list-panes', '-s', '-t', 'other', '-F', '#{pane_id}');
  expect(left.trim().split('\n')).toHaveLength(1);
  expect(left).not.toContain(pane);
});

it('refuses a pane whose number was reused after a restart of the server', async () => {
  const { id, pane } = await strayOutside();
  const other = `${pane.slice(1)}-1`;
  await expect(strays.tie(other, 's1', '')).rejects.toMatchObject({ reason: 'no-such-session' });
  await expect(strays.close(other)).rejects.toBeInstanceOf(PanesError);
  await strays.tie(id, 's1', '');
  await expect(strays.tie(id, 's2', '')).rejects.toMatchObject({ reason: 'no-such-session' });
});

/** tmux 3.7 and later refuse a name with control characters. */
const rename = (pane: string, name: string): Promise<string> =>
  rig.tmux('rename-window', '-t', pane, '--', name.replaceAll('#', '##')).catch(() => '');

describe('names that hold what tmux prints raw', () => {
  /** Ends the row that it is in, and begins one that names the pane of somebody else. */
  const FORGED = 'x\n\tother\t@0\t%0\t1\t0\tforged\tcat\tcat\t/';
  const WILD = [
    FORGED,
    'a\nb',
    'tab\tbed',
    'back\\slash',
    `q'uo"te`,
    'semi;colon ; kill-server',
    '#{pane_pid} #(date) ##',
    '%end 1 2 1\n%exit',
    'ü 你 🎉',
    'esc\u001b[31m\u0007',
  ];

  it('are one line each, and name no other pane', async () => {
    const before = (await strays.list()).map(({ id }) => id);
    const panes = new Map<string, string>();
    for (const [i, wild] of WILD.entries()) {
      const cwd = join(rig.directory, String(i), wild.replaceAll('/', '_'));
      mkdirSync(cwd, { recursive: true });
      const pane = await rig.tmux('new-window', '-d', '-P', '-F', '#{pane_id}', '-t', 'other:', '-c', cwd.replaceAll('#', '##'), '--', 'cat', '-', wild.replaceAll('/', '_')); // oxfmt-ignore
      await rename(pane.trim(), wild);
      await rig.tmux('select-pane', '-t', pane.trim(), '-T', wild.replaceAll('#', '##'));
      await rig.tmux('set-option', '-p', '-t', pane.trim(), '@ccbot_note', wild);
      panes.set(pane.trim(), cwd);
    }
    const found = (await strays.list()).filter(({ id }) => !before.includes(id));
    expect(found.map(({ pane }) => pane).sort()).toEqual([...panes.keys()].sort());
    for (const { pane, window, tmuxSession, command, cwd } of found) {
      expect(cwd).toBe(panes.get(pane));
      // oxlint-disable-next-line no-control-regex -- none of them may be left
      for (const name of [window, tmuxSession, command]) expect(name).not.toMatch(/[\u0000-\u001f\u007f]/u);
    }
  });

  it('do not keep a window from being adopted, and the right one is', async () => {
    const pane = (
      await rig.tmux('new-window', '-d', '-P', '-F', '#{pane_id}', '-t', 'other:', 'exec cat')
    ).trim();
    await rename(pane, FORGED);
    const wild = (await strays.list()).find((stray) => stray.pane === pane);
    const tied = await strays.tie(wild?.id ?? '', 's1', 'a note');
    expect(tied.pane).toBe(pane);
    expect(await rig.panes.list()).toEqual([tied]);
    await rig.tmux('set-option', '-p', '-t', pane, '@ccbot_note', FORGED);
    const again = await rig.panes.list();
    expect(again).toMatchObject([{ session: 's1', pane }]);
  });

  it('are no way into the list of ccbot’s own windows', async () => {
    const mine = await rig.launch('s1');
    const pane = (
      await rig.tmux('new-window', '-d', '-P', '-F', '#{pane_id}', '-t', `=${rig.name}:`, 'exec cat')
    ).trim();
    const row = `\ns1\t@9\t${pane}\t1\t0\t\t\t\t`;
    await rig.tmux('set-option', '-p', '-t', pane, '@ccbot_note', row);
    await rename(pane, row);
    await rig.panes.stop();
    const second = rig.again();
    await second.panes.start(() => undefined);
    expect(await second.panes.list()).toMatchObject([{ session: 's1', pane: mine.pane }]);
  });
});

it('gives a window a name on one line', async () => {
  const opened = await rig.panes.open(rig.request('s1', { name: 'a\n%begin 1 1 1\nb' }));
  expect(await rig.tmux('display-message', '-p', '-t', opened.pane, '#{window_name}')).toBe(
    'a %begin 1 1 1 b\n',
  );
});
