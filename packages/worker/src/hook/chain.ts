import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { ChainLink } from './nested';

/** The longest chain of shells and agents. */
const MAX_LINKS = 30;

/** The kernel's mark of a file that was removed while it ran, as by an update. */
const DELETED = ' (deleted)';

/** Their first argument says what runs. Python's name may end in a version. */
const INTERPRETERS = new Set(['node', 'bun', 'deno']);

/** The process `pid` and its ancestors, nearest first. Empty when the system does not list them. */
export async function processChain(pid: number): Promise<ChainLink[]> {
  try {
    return process.platform === 'linux' ? chainOfProc(pid) : await chainOfPs(pid);
  } catch {
    return []; // a process of the chain has ended, or this system has no list: counts as not nested
  }
}

function chainOfProc(pid: number): ChainLink[] {
  const chain: ChainLink[] = [];
  for (let current = pid; current > 1 && chain.length < MAX_LINKS;) {
    const stat = readFileSync(`/proc/${current}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    const name = stat.slice(stat.indexOf('(') + 1, end);
    chain.push({ pid: current, program: programOf(current) ?? name, name });
    current = Number(stat.slice(end + 2).split(' ')[1]);
  }
  return chain;
}

function programOf(pid: number): string | null {
  try {
    const link = readlinkSync(`/proc/${pid}/exe`);
    const exe = link.endsWith(DELETED) ? link.slice(0, -DELETED.length) : link;
    if (!isInterpreter(basename(exe))) return exe;
    // For a script, take the interpreter's first argument instead.
    const script = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .slice(1)
      .find((a) => !a.startsWith('-'));
    return script === undefined ? exe : `${exe} ${script}`;
  } catch {
    return null; // another user's process: the caller uses its name
  }
}

function isInterpreter(name: string): boolean {
  return INTERPRETERS.has(name) || (name.startsWith('python') && /^python[\d.]*$/.test(name));
}

async function chainOfPs(pid: number): Promise<ChainLink[]> {
  // Loaded only here, because it takes longer than the rest of the hook.
  const { execFileSync } = await import('node:child_process');
  const rows = execFileSync('ps', ['-axo', 'pid=,ppid=,comm='], { encoding: 'utf8', timeout: 2_000 }).split(
    '\n',
  );
  const table = new Map<number, { parent: number; program: string }>();
  for (const row of rows) {
    const [, child, parent, program] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    if (child !== undefined) table.set(Number(child), { parent: Number(parent), program: program ?? '' });
  }
  const chain: ChainLink[] = [];
  for (let current = pid; current > 1 && chain.length < MAX_LINKS;) {
    const row = table.get(current);
    if (row === undefined) break;
    chain.push({ pid: current, program: row.program, name: basename(row.program) });
    current = row.parent;
  }
  return chain;
}

/**
 * Whether a process was started in the same window as this one, judged by its environment. Null when the window has no
 * name, or the system or another user hides the environment.
 */
export function sameWindow(pid: number, env: Readonly<Record<string, string | undefined>>): boolean | null {
  const marks = ['CCBOT_SESSION', 'TMUX_PANE'].filter((name) => env[name] !== undefined);
  if (marks.length === 0) return null;
  const environment = environmentOf(pid);
  if (environment === null) return null;
  return marks.every((name) => environment.includes(`${name}=${env[name]}`));
}

/**
 * The pid of the agent that started a process. Such an agent sets one of `variables` to its own pid. Null when none is
 * set.
 */
export function startedIn(pid: number, variables: readonly string[]): number | null {
  const environment = environmentOf(pid) ?? [];
  for (const variable of variables) {
    const entry = environment.find((candidate) => candidate.startsWith(`${variable}=`));
    if (entry !== undefined) return Number(entry.slice(variable.length + 1));
  }
  return null;
}

function environmentOf(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return null; // another system, another user, or it has ended
  }
}
