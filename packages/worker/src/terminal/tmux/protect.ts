import { SIZE } from './window-size';
import { environmentCommands, type EnvironmentOptions } from './session-environment';
import type { Channel } from './channel';

/** A tmux command as words. */
export type Command = readonly string[];

/** Runs commands as one sequence. */
type Run = Channel['run'];

/** The least history of our windows, lines; agents print much. */
const HISTORY = 10_000;

/**
 * What the user's configuration may say otherwise, and what would end our session with the client that leaves it, or take
 * our client elsewhere when it ends. Only our session gets these.
 */
const SESSION_OPTIONS: readonly (readonly [string, string])[] = [
  ['destroy-unattached', 'off'],
  ['detach-on-destroy', 'on'],
  ['default-size', `${SIZE.cols}x${SIZE.rows}`],
];

/** The one option of the whole server that would end every agent as soon as nobody is attached. */
const SERVER_OPTIONS: readonly (readonly [string, string])[] = [['exit-unattached', 'off']];

/** What a window of ours needs, whatever the configuration says. `-q` where an older tmux does not have it. */
const WINDOW_OPTIONS: readonly Command[] = [
  ['-w', 'remain-on-exit', 'on'], // its last screen and exit status stay
  ['-w', '-q', 'remain-on-exit-format', 'Pane is dead'], // one line, which `readScreen` drops
  ['-w', 'allow-rename', 'off'],
  ['-w', 'automatic-rename', 'off'],
  ['-w', 'window-size', 'latest'],
  ['-w', 'alternate-screen', 'on'],
  ['-p', 'synchronize-panes', 'off'], // else a prompt is typed into every pane beside it
];

/** Hooks that run while the session is created and attached to, before we can ask which of them are set. */
const EARLY_HOOKS = [
  ...['client-active', 'client-attached', 'client-detached', 'client-resized', 'client-session-changed'],
  ...[
    'session-created',
    'session-renamed',
    'session-window-changed',
    'window-layout-changed',
    'window-linked',
  ],
  ...[
    'window-pane-changed',
    'window-renamed',
    'window-resized',
    'window-unlinked',
    'pane-exited',
    'pane-mode-changed',
  ],
];

/** The commands that keep a new session alive after its first client, in the sequence that creates it: they name none. */
export function creationCommands(): Command[] {
  return [...survivalCommands([]), ...EARLY_HOOKS.map((name) => ['set-option', '-q', name, ''])];
}

/**
 * Runs commands that open a window. tmux 3.3 crashes if `window-size` is `manual` for all windows meanwhile, so it is not,
 * for this moment.
 */
export async function withAutomaticSize(run: Run, commands: readonly Command[]): Promise<string[][]> {
  const [[size = ''] = []] = await run(['show-options', '-g', '-w', '-v', 'window-size']);
  if (size !== 'manual') return run(...commands);
  const setSize = (value: string): Command => ['set-option', '-g', '-w', 'window-size', value];
  try {
    return (await run(setSize('latest'), ...commands, setSize(size))).slice(1, -1);
  } catch (error) {
    await run(setSize(size)); // the sequence stopped before
    throw error;
  }
}

/** The options that keep the server and our session alive without a client. */
function survivalCommands(target: Command): Command[] {
  return [
    ...SERVER_OPTIONS.map(([name, value]) => ['set-option', '-s', name, value]),
    ...SESSION_OPTIONS.map(([name, value]) => ['set-option', ...target, name, value]),
  ];
}

/** What the user's configuration holds that must not reach our session and windows. */
export interface Intrusions {
  /** Hooks of sessions, by name, such as `after-new-window`. They run inside our own commands. */
  sessionHooks: readonly string[];
  /** Hooks of windows and panes, such as `pane-died`. */
  windowHooks: readonly string[];
  /** The commands that correct the environment, which the server or a terminal that attached has brought along. */
  environment: readonly Command[];
}

/** Reads them. They may have changed since the last time: the user loads the configuration again. */
async function findIntrusions(run: Run, target: string, options: EnvironmentOptions): Promise<Intrusions> {
  const [sessionHooks = [], windowHooks = [], local = [], server = [], own = []] = await run(
    ['show-hooks', '-g'],
    ['show-hooks', '-g', '-w'],
    ['show-hooks', '-t', target],
    ['show-environment', '-g'],
    ['show-environment', '-t', target],
  );
  // A hook that our session has already is silenced, or the user wants it there.
  const ofSession = new Set(local.map(hookName));
  return {
    sessionHooks: namesWithCommand(sessionHooks).filter((name) => !ofSession.has(name)),
    windowHooks: namesWithCommand(windowHooks),
    environment: environmentCommands(target, { server, own }, options),
  };
}

/** The commands that keep hooks and foreign variables out of our session. */
function sessionCommands(target: string, { sessionHooks, environment }: Intrusions): Command[] {
  return [...sessionHooks.map((name) => ['set-hook', '-t', target, name, '']), ...environment];
}

/** The commands that protect a window of ours, named by one of its panes. */
export function windowCommands(pane: string, { windowHooks }: Pick<Intrusions, 'windowHooks'>): Command[] {
  return [
    ...windowHooks.map((name) => ['set-hook', '-w', '-t', pane, name, '']),
    ...WINDOW_OPTIONS.map(([scope = '', ...rest]) => [
      'set-option',
      scope,
      ...rest.slice(0, -2),
      '-t',
      pane,
      ...rest.slice(-2),
    ]),
  ];
}

/** Puts our session into the state that we need, and nothing else on the server but what would end it. */
export async function protectSession(
  run: Run,
  target: string,
  options: EnvironmentOptions,
): Promise<Intrusions> {
  const found = await findIntrusions(run, target, options);
  const [[history = ''] = []] = await run(['show-options', '-g', '-v', 'history-limit']);
  await run(
    ...sessionCommands(target, found),
    ...survivalCommands(['-t', target]),
    ...(Number(history) < HISTORY ? [['set-option', '-t', target, 'history-limit', String(HISTORY)]] : []),
  );
  return found;
}

/** The hooks in the answer to `show-hooks` that have a command: `pane-died[0] respawn-pane`. */
function namesWithCommand(lines: readonly string[]): string[] {
  return [...new Set(lines.filter((line) => line.includes('[')).map(hookName))].filter(isHookName);
}

function hookName(line: string): string {
  return line.split(/[[ ]/, 1)[0] ?? '';
}

/** The rest of a command that spans several lines is no name. */
function isHookName(name: string): boolean {
  return /^[a-z-]+$/.test(name);
}
