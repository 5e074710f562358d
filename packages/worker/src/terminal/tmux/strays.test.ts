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
  const size = await rig.tmux('display-message', '-p', '-t', 'other', '#{window_width}x#{window_height}');
  expect(size.trim()).toBe('90x25');
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
