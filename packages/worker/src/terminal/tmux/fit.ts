import { formatFor, readRow, SHAPES } from './fields';
import { WINDOW_OPTION } from './listing';
import type { Command } from './protect';
import { inBackground, isRefused, type TmuxState } from './state';
import { resizesFor, type Resize, type SizedWindow } from './window-size';

/** The window option that marks a window to which we gave a fixed size. */
const FIXED_OPTION = '@ccbot_fixed_size';

/** How often we look again while a small terminal is attached, ms: tmux does not report that a terminal was resized. */
const LOOK_AGAIN_MS = 2_000;

const WINDOW_FIELDS = {
  [WINDOW_OPTION]: null,
  [FIXED_OPTION]: null,
  session_id: SHAPES.session,
  window_id: SHAPES.window,
  window_width: SHAPES.number,
  window_height: SHAPES.number,
} as const;

const CLIENT_FIELDS = {
  session_id: SHAPES.session,
  client_width: SHAPES.number,
  client_height: SHAPES.number,
  client_control_mode: SHAPES.number,
  client_flags: null,
} as const;

/** Gives our windows the sizes that they need, in the background. A call meanwhile causes one more after it. */
export function fitWindows(state: TmuxState): void {
  const { fitting } = state;
  fitting.again = true;
  if (fitting.isRunning) return;
  fitting.isRunning = true;
  inBackground(state, async () => {
    try {
      while (fitting.again && state.isRunning) {
        fitting.again = false;
        await fitNow(state);
      }
    } finally {
      fitting.isRunning = false;
    }
  });
}

/** Ends what waits to look again. */
export function stopFitting({ fitting }: TmuxState): void {
  clearTimeout(fitting.timer);
  fitting.again = false;
}

async function fitNow(state: TmuxState): Promise<void> {
  const { link, fitting, options } = state;
  const windows = await sizedWindows(state);
  const resizes = resizesFor(windows);
  for (const resize of resizes) {
    try {
      await link.run(...commandsFor(resize));
      options.log('info', 'window resized', { window: resize.id, ...resize.size, fixed: resize.fixed });
    } catch (error) {
      if (!isRefused(error)) throw error; // it has closed meanwhile
    }
  }
  clearTimeout(fitting.timer);
  const fixed = new Map(windows.map(({ id, isFixed }) => [id, isFixed]));
  for (const { id, fixed: isFixed } of resizes) fixed.set(id, isFixed);
  if (![...fixed.values()].includes(true) || !state.isRunning) return;
  fitting.timer = setTimeout(() => fitWindows(state), LOOK_AGAIN_MS);
  fitting.timer.unref();
}

function commandsFor({ id, size, fixed }: Resize): Command[] {
  const setOption = (...words: string[]): Command => ['set-option', '-w', '-t', id, ...words];
  return [
    // It also makes the size a fixed one.
    ...(size === null ? [] : [['resize-window', '-t', id, '-x', String(size.cols), '-y', String(size.rows)]]),
    ...(fixed
      ? [setOption(FIXED_OPTION, '1')]
      : [setOption('window-size', 'latest'), setOption('-u', FIXED_OPTION)]),
  ];
}

/** The windows that we opened, wherever they are. Those of the user keep the size that the user gives them. */
async function sizedWindows({ link }: TmuxState): Promise<SizedWindow[]> {
  const [windowLines = [], clientLines = []] = await link.run(
    ['list-windows', '-a', '-F', formatFor(WINDOW_FIELDS)],
    ['list-clients', '-F', formatFor(CLIENT_FIELDS)],
  );
  const clients = clientLines
    .flatMap((line) => readRow(line, CLIENT_FIELDS) ?? [])
    .filter((client) => client.client_control_mode === '0' && !client.client_flags.includes('ignore-size'))
    .map((client) => ({
      session: client.session_id,
      cols: Number(client.client_width),
      rows: Number(client.client_height) - 1, // the status line
    }));
  const found = new Map<string, SizedWindow & { terminals: { cols: number; rows: number }[] }>();
  // A window that is linked into several sessions appears once for each.
  for (const row of windowLines.flatMap((line) => readRow(line, WINDOW_FIELDS) ?? [])) {
    if (row[WINDOW_OPTION] === '') continue;
    const { window_id: id, window_width: cols, window_height: rows } = row;
    const isFixed = row[FIXED_OPTION] !== '';
    const window = found.get(id) ?? { id, cols: Number(cols), rows: Number(rows), isFixed, terminals: [] };
    window.terminals.push(...clients.filter(({ session }) => session === row.session_id));
    found.set(id, window);
  }
  return [...found.values()];
}
