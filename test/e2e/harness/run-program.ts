import { spawn } from 'node:child_process';
import type { System } from './system';

/** Runs a program of ccbot without blocking this process, in which the sandbox runs. */
export function runProgram(
  system: System,
  program: string,
  ...args: readonly string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], { env: system.env, cwd: system.project });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (d: Buffer) => (stdout += d.toString()));
  child.stderr.on('data', (d: Buffer) => (stderr += d.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
