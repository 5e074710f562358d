import { existsSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { workingDirectory } from '@ccbot/shared/config/own-environment';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The machine that ccbot runs on, and the user that it runs as. */
export interface Host {
  env: Environment;
  home: string;
  cwd: string;
  uid: number;
  /** Such as `v20.11.0`. */
  nodeVersion: string;
  /** Free space for this user on the file system of `path`, bytes. The path need not exist yet. */
  freeBytes(path: string): number;
}

/** The ccbot that is installed here. */
export interface Installation {
  version: string;
  /** The committed launcher, whose path does not change with a new build. */
  launcher: string;
  /** The path of the running program. */
  self: string;
  /** The path of the worker's program. Throws if it is not installed. */
  workerEntry(): string;
}

/** The standard streams. */
export interface Terminal {
  in: NodeJS.ReadableStream & { isTTY?: boolean };
  out: NodeJS.WritableStream & { isTTY?: boolean };
  err: NodeJS.WritableStream;
}

/** The result of a program. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program until it exits; the code of a missing program is 127. */
export type RunProgram = (program: string, args: readonly string[], timeoutMs?: number) => Promise<Ran>;

export function hostOfThisProcess(): Host {
  return {
    env: process.env,
    home: homedir(),
    cwd: workingDirectory(homedir()),
    uid: process.getuid?.() ?? 0,
    nodeVersion: process.version,
    freeBytes,
  };
}

function freeBytes(path: string): number {
  let existing = path;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  return bavail * bsize;
}
