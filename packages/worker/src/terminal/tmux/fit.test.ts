import { until } from '@ccbot/shared/fixtures/until';
import { tmuxRig, type TmuxRig } from '../fixtures/rigs';

let rig: TmuxRig;
beforeEach(async () => {
  rig = await tmuxRig();
});
afterEach(() => rig.dispose());

const sizeOf = async (pane: string): Promise<string> =>
  (await rig.tmux('display-message', '-p', '-t', pane, '#{window_width}x#{window_height}')).trim();
/** Resolves when a window has this size. */
async function becomes(pane: string, size: string): Promise<void> {
  let now = '';
  await until(
    async () => (now = await sizeOf(pane)) === size,
    () => `the size is ${now}, not ${size}`,
  );
}
/** Resolves when this many terminals are attached. */
async function attached(count: number): Promise<void> {
  const clients = async (): Promise<string[]> =>
    (await rig.tmux('list-clients', '-F', '#{client_control_mode}'))
      .split('\n')
      .filter((line) => line === '0');
  await until(
    async () => (await clients()).length === count,
    () => `not ${count} terminals`,
  );
}

it('keeps a window large enough for its agent beside a terminal of five rows, and restores it afterwards', async () => {
  const { pane } = await rig.launch('s1');
  await rig.tmux('select-window', '-t', pane);
  const terminal = rig.attachTerminal({ cols: 100, rows: 5 });
  await becomes(pane, '100x24');
  await rig.panes.type('s1', [
    { kind: 'text', text: 'typed meanwhile' },
    { kind: 'key', key: 'Enter' },
  ]);
  expect(await rig.received('s1', (text) => text.endsWith('\r'))).toBe('typed meanwhile\r');
  await terminal.detach();
  await becomes(pane, '120x40');
  // From then on it follows terminals again.
  const large = rig.attachTerminal({ cols: 150, rows: 51 });
  await becomes(pane, '150x50');
  await large.detach();
  expect(await sizeOf(pane)).toBe('150x50');
});

it('opens a window in a good size while a small terminal is attached', async () => {
  rig.attachTerminal({ cols: 20, rows: 5 });
  await attached(1);
  const { pane } = await rig.launch('s1');
  await rig.panes.type('s1', [{ kind: 'text', text: 'typed' }]);
  await rig.received('s1', (text) => text === 'typed');
  expect(['120x40', '80x24']).toContain(await sizeOf(pane)); // newer versions apply the terminal's size at once
});

it('follows a terminal that grows, and a second one that is larger', async () => {
  const { pane } = await rig.launch('s1');
  await rig.tmux('select-window', '-t', pane);
  const small = rig.attachTerminal({ cols: 60, rows: 10 });
  await becomes(pane, '80x24');
  small.resize({ cols: 110, rows: 31 });
  await becomes(pane, '110x30');
  small.resize({ cols: 60, rows: 10 });
  await becomes(pane, '80x24');
  const second = rig.attachTerminal({ cols: 130, rows: 36 });
  await becomes(pane, '130x35');
  await second.detach();
  await small.detach();
  await becomes(pane, '120x40');
});

it('restores a window that a terminal made small while no worker ran', async () => {
  const { pane } = await rig.launch('s1');
  await rig.tmux('select-window', '-t', pane);
  await rig.panes.stop();
  const terminal = rig.attachTerminal({ cols: 60, rows: 6 });
  await becomes(pane, '60x5');
  await terminal.detach();
  await rig.again().panes.start(() => undefined);
  await becomes(pane, '120x40');
});

it('leaves the size of a window that the user opened', async () => {
  await rig.openStray();
  const [stray] = (await rig.panes.strays?.list()) ?? [];
  await rig.panes.strays?.tie(stray?.id ?? '', 's1', 'a note');
  rig.attachTerminal({ cols: 70, rows: 11 }, 'other');
  await becomes(stray?.pane ?? '', '70x10');
  await rig.panes.list();
  expect(await sizeOf(stray?.pane ?? '')).toBe('70x10');
});
