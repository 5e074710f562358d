import type { Loaded } from '@ccbot/shared/config/load';
import type { Check } from '@ccbot/shared/doctor/check';
import type { Manager } from '../service/manager';

/** What the checks look at. */
export interface DoctorDeps {
  loaded: Loaded;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  uid: number;
  /** Such as `v20.11.0`. */
  nodeVersion: string;
  /** The service of this `CCBOT_DIR`, installed or not; null where no service manager is known. */
  service(): Manager | null;
  /** This ccbot's version. */
  version: string;
  now(): number;
  /** Free space of the file system of `path` for this user, bytes. */
  freeBytes(path: string): number;
  /** Runs a program to its end; a missing one comes out as 127. */
  run(program: string, args: readonly string[], timeoutMs?: number): Promise<Ran>;
  /** Where the worker's program is; throws when it is not installed. */
  workerEntry(): string;
}

/** What a program that was run came to. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** What `--fix` may put right, and what it then says. */
export interface Fix {
  /** What would be done, as a question's words. */
  offer: string;
  /** Does it; resolves with what was done, or throws. */
  apply(): Promise<string>;
}

/** What one look brought: its lines, and what can be put right. */
export interface Finding {
  checks: Check[];
  fix?: Fix;
}

/** One look of the doctor. Never throws for what it looks at. */
export type Examine = (deps: DoctorDeps) => Promise<Finding> | Finding;
