import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { HookLine } from '@ccbot/shared/protocol/hook';
import { IDENTITIES } from '../agents/identity';
import type { AgentIdentity } from '../agents/model';
import { askPerson } from './ask';
import { processChain, sameWindow, startedIn } from './chain';
import { entryOfPane, readMap, sameEntry, type MapEntry } from './map';
import { isNested } from './nested';
import { workerSocketOf } from './socket';
import { readInput } from './stdin';

/**
 * `ccbot hook`: what the agent runs at its events. Exits 0 whatever happens, and prints nothing but a decision of the
 * person: an agent shows what a hook prints to its model, and refuses a prompt whose hook fails. Trouble is told by
 * `ccbot doctor` and by what the worker finds out itself.
 */
const at = Date.now();

/** The longest payload, bytes: a prompt of several megabytes fits. */
const PAYLOAD_MAX = 16 * 1024 * 1024;

/** How long the worker's socket is waited for, ms. */
const SOCKET_MS = 500;

/** Events after which the window may run another session of the agent. */
const BINDING = new Set(['SessionStart', 'UserPromptSubmit']);

/** The event that waits for the person. */
const ASKING = 'PermissionRequest';

/** How often a waiting hook looks whether its agent still lives, ms: one that is killed ends none of its hooks. */
const PARENT_CHECK_MS = 5_000;

async function run(env: NodeJS.ProcessEnv): Promise<void> {
  const payload = readPayload();
  if (payload === null) return;
  const { TMUX_PANE: pane, CCBOT_SESSION: ccbotSession } = env;
  const kind = kindOf(process.argv[2]);
  const backend = kind?.id ?? '';
  const pidVariables = IDENTITIES.flatMap(({ pidVariable }) => (pidVariable === null ? [] : [pidVariable]));
  const nested = isNested(await processChain(process.ppid), {
    agentPid: Number(env[kind?.pidVariable ?? '']),
    startedIn: (pid) => startedIn(pid, pidVariables),
    programs: new Set(IDENTITIES.flatMap(({ programs }) => programs)),
    sameWindow: (pid) => sameWindow(pid, env),
  });
  if (nested) return;
  const dir = env['CCBOT_DIR'] ?? join(homedir(), '.ccbot');
  if (BINDING.has(payload.hook_event_name) && pane !== undefined && env['TMUX'] !== undefined) {
    try {
      await noteWindow(join(dir, 'session_map.json'), pane, env['TMUX'], backend, payload);
    } catch {
      // A full disk, or no tmux to ask: the worker is told directly, and the next prompt heals the map.
    }
  }
  const socket = workerSocketOf(dir);
  const line = {
    v: 1,
    at,
    backend,
    payload,
    ...(pane === undefined ? {} : { pane }),
    ...(ccbotSession === undefined ? {} : { ccbotSession }),
  } as const;
  if (payload.hook_event_name !== ASKING) return tellWorker(socket, { ...line, kind: 'hook' });
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MS).unref();
  await askPerson(
    { ...line, kind: 'ask', request: crypto.randomUUID() },
    { socket, print: printOut, now: () => performance.now() },
  );
  process.exit(0);
}

/** Writes for the agent; resolves also when nobody reads any more. */
function printOut(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.on('error', () => resolve());
    process.stdout.write(text, () => resolve());
  });
}

interface Payload extends Record<string, unknown> {
  hook_event_name: string;
  session_id: string;
}

/** Reads standard input whole. Null for anything that is not a hook's payload. */
function readPayload(): Payload | null {
  try {
    const input = readInput(PAYLOAD_MAX);
    if (input === null) return null;
    const value = JSON.parse(input.toString('utf8')) as Partial<Payload> | null;
    if (typeof value?.hook_event_name !== 'string' || typeof value.session_id !== 'string') return null;
    return value as Payload;
  } catch {
    return null; // closed, or garbage: there is nobody to tell
  }
}

/** Which agent runs the hook: the command line says so; one that an earlier version installed knew only the first. */
function kindOf(id: string | undefined): AgentIdentity | undefined {
  return IDENTITIES.find((kind) => kind.id === id) ?? IDENTITIES[0];
}

/** Programs and libraries that only a change needs are loaded only then: at most prompts nothing has changed. */
async function noteWindow(
  path: string,
  pane: string,
  tmux: string,
  backend: string,
  payload: Payload,
): Promise<void> {
  const [socket = '', server = ''] = tmux.split(',');
  const known = entryOfPane(readMap(path) ?? {}, pane, server);
  let key = known?.[0];
  let windowName = known?.[1].window_name;
  let windows: ReadonlySet<string> | undefined;
  if (key === undefined || windowName === undefined) {
    // The group's name where there is one: a window keeps one key however it is looked at.
    const format = '#{?session_group,#{session_group},#{session_name}}:#{window_id}';
    const one = ['display-message', '-p', '-t', pane, `${format}\t#{window_name}`];
    const args = ['-S', socket, ...one, ';', 'list-windows', '-a', '-F', format];
    const { execFileSync } = await import('node:child_process');
    const said = execFileSync('tmux', args, {
      encoding: 'utf8',
      timeout: 2_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [first = '', ...others] = said.trimEnd().split('\n');
    [key, windowName] = first.split('\t');
    if (!key || windowName === undefined) return;
    windows = new Set(others);
  }
  const entry: MapEntry = {
    session_id: payload.session_id,
    cwd: String(payload['cwd'] ?? ''),
    window_name: windowName,
    backend,
    transcript_path: String(payload['transcript_path'] ?? ''),
    pane,
    server,
  };
  if (sameEntry(known?.[1], entry)) return;
  const { setEntry } = await import('./write-map');
  setEntry(path, key, entry, at, windows);
}

function tellWorker(socket: string, line: HookLine): void {
  const end = connect(socket);
  end.setTimeout(SOCKET_MS, () => end.destroy());
  end.on('error', () => undefined); // no worker: it reads the map when it starts
  // All is in the kernel's hands then; the worker's answer is not waited for.
  end.on('finish', () => process.exit(0));
  end.end(`${JSON.stringify(line)}\n`);
}

run(process.env).catch(() => {
  // Nothing may reach the agent.
});
process.exitCode = 0;
