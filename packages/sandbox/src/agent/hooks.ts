import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A hook that has not ended after this long, ms, is ended; the same rule as Claude Code's default. */
const HOOK_MS = 60_000;

/** A hook of the settings. */
export interface Hook {
  command: string;
  /** Milliseconds. */
  timeout: number;
}

/** The hooks configured for an event in `settings.json` of the state directory, each command once. */
export function hooksFor(stateDir: string, event: string): Hook[] {
  let settings: unknown;
  try {
    settings = JSON.parse(readFileSync(join(stateDir, 'settings.json'), 'utf8'));
  } catch {
    return []; // no settings, or damaged ones: no hooks, as with any agent
  }
  const groups = list(field(field(settings, 'hooks'), event));
  const found = groups.flatMap((group) => list(field(group, 'hooks'))).flatMap(hookOf);
  return found.filter((hook, i) => found.findIndex((other) => other.command === hook.command) === i);
}

function hookOf(raw: unknown): Hook[] {
  const command = field(raw, 'command');
  const seconds = field(raw, 'timeout');
  if (typeof command !== 'string' || command === '') return [];
  return [{ command, timeout: typeof seconds === 'number' ? seconds * 1_000 : HOOK_MS }];
}

/** Runs a hook with `body` on standard input until it ends, its time is over, or `signal` says so; what it printed. */
export function runHook(hook: Hook, body: string, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', hook.command], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
    const kill = (): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(kill, hook.timeout);
    signal?.addEventListener('abort', kill);
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
      resolve(printed);
    };
    child.on('error', over); // an agent goes on without a broken hook
    child.on('close', over);
    child.stdin.on('error', () => undefined); // it does not read: that is its own matter
    child.stdin.end(body);
  });
}

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
