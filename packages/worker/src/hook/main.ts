import { statSync } from 'node:fs';
import { join } from 'node:path';
import { excludeMemoryFromCoreDumps } from '@ccbot/shared/core-dumps/filter';
import { ownUid } from '@ccbot/shared/ownership/directory';
import { IDENTITIES } from '../agents/identity';
import type { AgentIdentity } from '../agents/model';
import { processChain, sameWindow, startedIn } from './chain';
import { homeOf } from './home';
import { logBrokenAddon, logNotOurs } from './complaint';
import { parseObject, type JsonObject } from './json';
import { entryOfPane, readMap, sameEntry, type MapEntry } from './map';
import { isNested } from './nested';
import { ccbotDirectory } from '@ccbot/shared/config/absolute-path';
import { searchPath } from '@ccbot/shared/config/search-path';
import { tmuxField } from '@ccbot/shared/tmux-field';
import { workerSocketOf } from '@ccbot/shared/config/sockets';
import { ownSession } from './own-session';
import { readInput } from './stdin';
import { tellWorker } from './tell';
import { noteWindow } from './window-note';

/**
 * `ccbot hook`: the program that an agent runs at its events. Always exits with 0, and prints nothing but a decision of
 * the user, because an agent shows the output of a hook to its model and refuses a prompt whose hook fails.
 * `ccbot doctor` and the worker report trouble instead.
 */
const at = Date.now();

/** The longest payload, bytes. A prompt of several megabytes fits. */
const PAYLOAD_MAX = 16 * 1024 * 1024;

/** Events after which the window may run another session of the agent. */
const BINDING = new Set(['SessionStart', 'UserPromptSubmit']);

/** The event that waits for the user. */
const ASKING = 'PermissionRequest';

/** How often a waiting hook checks that its agent is alive, ms. An agent that is killed does not end its hooks. */
const PARENT_CHECK_MS = 5_000;

async function run(env: NodeJS.ProcessEnv): Promise<void> {
  excludeMemoryFromCoreDumps(); // prompts and requests
  const payload = readPayload();
  if (payload === null) return;
  const kind = kindOf(process.argv[2]);
  if (await isNestedAgent(env, kind)) return;
  const { TMUX_PANE: pane, TMUX: tmux } = env;
  const ccbotSession = ownSession(env);
  const backend = kind?.id ?? '';
  const dir = ccbotDirectory(env, await homeOf(env));
  if (dir === null) return; // a relative path would lead to a socket in the working directory, which is a repository
  if (isAnotherUsers(dir)) return;
  const onError = (error: Error): void => logNotOurs(dir, error, new Date());
  if (BINDING.has(payload.hook_event_name) && pane !== undefined && tmux !== undefined) {
    try {
      const entry = await recordWindow(join(dir, 'session_map.json'), pane, tmux, backend, payload);
      if (entry !== null) noteWindow(dir, entry);
    } catch (error) {
      logBrokenAddon(dir, error, new Date());
    }
  }
  const line = {
    v: 1,
    at,
    backend,
    payload,
    ...(pane === undefined ? {} : { pane }),
    ...(ccbotSession === undefined ? {} : { ccbotSession }),
  } as const;
  if (payload.hook_event_name === ASKING) {
    exitWithParent();
    const { askUser } = await import('./ask');
    await askUser(
      { ...line, kind: 'ask', request: crypto.randomUUID() },
      { socket: workerSocketOf(dir), print: printOut, now: () => performance.now(), onError },
    );
  } else await tellWorker(dir, { ...line, kind: 'hook' }, onError);
  process.exit(0);
}

/** Another user could have what ccbot writes there end up in a file of this user's. A missing directory is created private. */
function isAnotherUsers(dir: string): boolean {
  const stat = statSync(dir, { throwIfNoEntry: false });
  return stat !== undefined && stat.uid !== ownUid();
}

/** Whether the agent that runs this hook is itself a tool of another agent in the same window. */
async function isNestedAgent(env: NodeJS.ProcessEnv, kind: AgentIdentity | undefined): Promise<boolean> {
  const pidVariables = IDENTITIES.flatMap(({ pidVariable }) => (pidVariable === null ? [] : [pidVariable]));
  return isNested(await processChain(process.ppid), {
    agentPid: Number(env[kind?.pidVariable ?? '']),
    startedIn: (pid) => startedIn(pid, pidVariables),
    programs: new Set(IDENTITIES.flatMap(({ programs }) => programs)),
    sameWindow: (pid) => sameWindow(pid, env),
  });
}

function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MS).unref();
}

/** Prints for the agent. Resolves even when the agent no longer reads. */
function printOut(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => resolve());
    process.stdout.write(text, () => resolve());
  });
}

interface Payload extends JsonObject {
  hook_event_name: string;
  session_id: string;
}

function isPayload(value: JsonObject): value is Payload {
  return typeof value['hook_event_name'] === 'string' && typeof value['session_id'] === 'string';
}

/** Reads all of standard input. Null for anything but a hook's payload. */
function readPayload(): Payload | null {
  try {
    const input = readInput(PAYLOAD_MAX);
    const value = input === null ? null : parseObject(input.toString('utf8'));
    return value !== null && isPayload(value) ? value : null;
  } catch {
    return null; // closed: there is nobody to tell
  }
}

/** The agent that runs the hook, named on the command line. Hooks of early versions named none and mean the first one. */
function kindOf(id: string | undefined): AgentIdentity | undefined {
  return IDENTITIES.find((kind) => kind.id === id) ?? IDENTITIES[0];
}

/**
 * Updates the window's entry in the map, and resolves with it; null: it has none. Usually nothing has changed, so it loads
 * what a change needs only then.
 */
async function recordWindow(
  path: string,
  pane: string,
  tmux: string,
  backend: string,
  payload: Payload,
): Promise<MapEntry | null> {
  const [socket = '', server = ''] = tmux.split(',');
  const known = entryOfPane(readMap(path) ?? {}, pane, server);
  const knownName = known?.[1]['window_name'];
  const window =
    known !== undefined && typeof knownName === 'string'
      ? { key: known[0], name: knownName }
      : await askTmux(socket, pane);
  if (window === null) return null;
  const entry: MapEntry = {
    session_id: payload.session_id,
    cwd: String(payload['cwd'] ?? ''),
    window_name: window.name,
    backend,
    transcript_path: String(payload['transcript_path'] ?? ''),
    pane,
    server,
  };
  if (sameEntry(known?.[1], entry)) return entry;
  const { setEntry } = await import('./write-map');
  setEntry(path, window.key, entry, at, window.all);
  return entry;
}

interface TmuxWindow {
  /** Its key in the map. */
  key: string;
  name: string;
  /** The keys of all windows of the server. Absent when tmux was not asked. */
  all?: ReadonlySet<string>;
}

/** The window of a pane. Null when tmux does not say, or the window is another pane's. */
async function askTmux(socket: string, pane: string): Promise<TmuxWindow | null> {
  // The session group's name, if there is one, so that a window keeps one key in all sessions of the group.
  const session = `#{?session_group,${tmuxField('session_group')},${tmuxField('session_name')}}`;
  const format = `${session}:#{window_id}`;
  // A pane in a window of ccbot that is none of its own, such as that of a team's member: the window is its leader's.
  const isGuest = '#{&&:#{!=:#{@ccbot_session},},#{==:#{@ccbot_pane},}}';
  const ofPane = ['display-message', '-p', '-t', pane, `${format}\t${tmuxField('window_name')}\t${isGuest}`];
  const args = ['-S', socket, ...ofPane, ';', 'list-windows', '-a', '-F', format];
  const { execFileSync } = await import('node:child_process');
  const output = execFileSync(process.env['CCBOT_TMUX'] || 'tmux', args, {
    encoding: 'utf8',
    timeout: 2_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, PATH: searchPath(process.env['PATH']) },
  });
  const [first = '', ...all] = output.trimEnd().split('\n');
  const [key, name, guest] = first.split('\t');
  return !key || name === undefined || guest === '1' ? null : { key, name, all: new Set(all) };
}

run(process.env).catch(() => {
  // Nothing may reach the agent.
});
process.exitCode = 0;
