import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { ChainLink } from './nested';

/** No chain of shells and agents is longer. */
const MOST = 30;

/** The processes above `pid`, itself included, nearest first. Empty where they cannot be told. */
export async function processChain(pid: number): Promise<ChainLink[]> {
  try {
    return process.platform === 'linux' ? chainOfProc(pid) : await chainOfPs(pid);
  } catch {
    return []; // a process of the chain ended meanwhile, or this system tells nothing: not nested, then
  }
}

function chainOfProc(pid: number): ChainLink[] {
  const chain: ChainLink[] = [];
  for (let at = pid; at > 1 && chain.length < MOST;) {
    const stat = readFileSync(`/proc/${at}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    const name = stat.slice(stat.indexOf('(') + 1, end);
    chain.push({ pid: at, program: programOf(at) ?? name, name });
    at = Number(stat.slice(end + 2).split(' ')[1]);
  }
  return chain;
}

function programOf(pid: number): string | null {
  try {
    const exe = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
    if (!/(?:^|\/)(?:node|bun|deno|python[\d.]*)$/.test(exe)) return exe;
    // A script's interpreter says nothing; its first argument does.
    const script = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .slice(1)
      .find((a) => !a.startsWith('-'));
    return script === undefined ? exe : `${exe} ${script}`;
  } catch {
    return null; // another user's process: its name has to do
  }
}

async function chainOfPs(pid: number): Promise<ChainLink[]> {
  // Loaded only here: it takes longer than all the rest of the hook.
  const { execFileSync } = await import('node:child_process');
  const rows = execFileSync('ps', ['-axo', 'pid=,ppid=,comm='], { encoding: 'utf8', timeout: 2_000 }).split(
    '\n',
  );
  const table = new Map<number, { parent: number; program: string }>();
  for (const row of rows) {
    const [, own, parent, program] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    if (own !== undefined) table.set(Number(own), { parent: Number(parent), program: program ?? '' });
  }
  const chain: ChainLink[] = [];
  for (let at = pid; at > 1 && chain.length < MOST;) {
    const found = table.get(at);
    if (found === undefined) break;
    chain.push({ pid: at, program: found.program, name: basename(found.program) });
    at = found.parent;
  }
  return chain;
}

/**
 * Whether a process was started in the same window as this one: its environment says so. Null where a window has no
 * name of its own, or another system or user keeps the environment secret.
 */
export function sameWindow(pid: number, env: Readonly<Record<string, string | undefined>>): boolean | null {
  const marks = ['CCBOT_SESSION', 'TMUX_PANE'].filter((name) => env[name] !== undefined);
  if (marks.length === 0) return null;
  const its = environmentOf(pid);
  return its === null ? null : marks.every((name) => its.includes(`${name}=${env[name]}`));
}

/**
 * The agent that a process was started in, where that tells the programs it runs its process id in one of `variables`.
 * Null when none tells.
 */
export function startedIn(pid: number, variables: readonly string[]): number | null {
  const environment = environmentOf(pid) ?? [];
  for (const variable of variables) {
    const told = environment.find((entry) => entry.startsWith(`${variable}=`));
    if (told !== undefined) return Number(told.slice(variable.length + 1));
  }
  return null;
}

function environmentOf(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return null; // another system, another user, or it ended
  }
}
