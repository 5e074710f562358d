import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Time limit of a hook that sets none, ms; Claude Code's default. */
const TIMEOUT_MS = 60_000;

export interface Hook {
  command: string;
  /** ms. */
  timeout: number;
}

/** The hooks of an event in the state directory's `settings.json`, each command once. */
export function hooksFor(stateDir: string, event: string): Hook[] {
  let settings: unknown;
  try {
    settings = JSON.parse(readFileSync(join(stateDir, 'settings.json'), 'utf8'));
  } catch {
    return []; // missing or damaged settings mean no hooks, as in any agent
  }
  const groups = list(field(field(settings, 'hooks'), event));
  const found = groups.flatMap((group) => list(field(group, 'hooks'))).flatMap(hookOf);
  return found.filter((hook, i) => found.findIndex((other) => other.command === hook.command) === i);
}

function hookOf(raw: unknown): Hook[] {
  const command = field(raw, 'command');
  const seconds = field(raw, 'timeout');
  if (typeof command !== 'string' || command === '') return [];
  return [{ command, timeout: typeof seconds === 'number' ? seconds * 1_000 : TIMEOUT_MS }];
}

/** Runs a hook with `body` on standard input until it exits, times out or `signal` aborts it. Resolves with its output. */
export function runHook(hook: Hook, body: string, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', hook.command], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    const kill = (): void => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = setTimeout(kill, hook.timeout);
    signal?.addEventListener('abort', kill);
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
      resolve(output);
    };
    child.on('error', finish); // an agent ignores a broken hook
    child.on('close', finish);
    child.stdin.on('error', () => undefined); // a hook does not have to read its input
    child.stdin.end(body);
  });
}

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
