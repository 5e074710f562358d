import type { Config } from '@ccbot/shared/config/schema';
import type { Paths } from '@ccbot/shared/config/paths';
import type { Check } from '@ccbot/shared/doctor/check';

/** What the worker's checks look at. */
export interface DoctorDeps {
  /** Null where the settings are not valid; their faults are told elsewhere. */
  config: Config | null;
  paths: Paths;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** What the agents' hooks are to run. */
  hookCommand: string;
  /** What an agent's status line is to run. */
  statusLine: string;
  /** Loads a native addon; throws what is wrong with it. */
  load(addon: string): void;
  /** Runs a program to its end; rejects with what is wrong. */
  run(program: string, args: readonly string[]): Promise<string>;
  now(): number;
}

/** One look of the worker's doctor. Never throws for what it looks at. */
export type Examine = (deps: DoctorDeps) => Promise<Check[]> | Check[];
