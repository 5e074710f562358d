import type { Loaded } from '@ccbot/shared/config/load';
import type { Check } from '@ccbot/shared/doctor/check';
import type { Manager } from '../service/manager';

export interface DoctorDeps {
  loaded: Loaded;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  uid: number;
  /** Such as `v20.11.0`. */
  nodeVersion: string;
  /** The service of this `CCBOT_DIR`, installed or not; null if this system has no known service manager. */
  service(): Manager | null;
  /** The version of this ccbot. */
  version: string;
  now(): number;
  /** Free space for this user on the file system of `path`, bytes. */
  freeBytes(path: string): number;
  /** Runs a program until it exits; the code of a missing program is 127. */
  run(program: string, args: readonly string[], timeoutMs?: number): Promise<Ran>;
  /** The path of the worker's program. Throws if it is not installed. */
  workerEntry(): string;
}

/** The result of a program. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** A repair for `ccbot doctor --fix`. */
export interface Fix {
  /** The question to ask first. */
  offer: string;
  /** Resolves to a text that says what was done, or throws. */
  apply(): Promise<string>;
}

export interface Finding {
  checks: Check[];
  fix?: Fix;
}

/** Runs some checks. What they find is never thrown. */
export type Examine = (deps: DoctorDeps) => Promise<Finding> | Finding;
