import type { Addon } from '@ccbot/shared/addons/load';
import type { Config } from '@ccbot/shared/config/schema';
import type { Paths } from '@ccbot/shared/config/paths';
import type { Check } from '@ccbot/shared/doctor/check';

/** The environment that agents run in, and the commands that their settings should name. */
export interface DoctorHost {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** The command of the agents' hooks. */
  hookCommand: string;
  /** The command of an agent's status line. */
  statusLine: string;
}

export interface DoctorDeps {
  /** Null when the settings are invalid. Another check reports their faults. */
  config: Config | null;
  paths: Paths;
  host: DoctorHost;
  /** Loads a native addon. Throws when that fails. */
  load(addon: Addon): void;
  /** Runs a program and returns its output. Rejects when it fails. */
  run(program: string, args: readonly string[]): Promise<string>;
}

/** One examination of the worker's doctor. Never throws for a problem that it examines. */
export type Examine = (deps: DoctorDeps) => Promise<Check[]> | Check[];
