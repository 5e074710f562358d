import type { Loaded } from '@ccbot/shared/config/load';
import type { Check } from '@ccbot/shared/doctor/check';
import type { Environment, Host, Installation, RunProgram } from '../host';
import type { Manager } from '../service/manager';
import type { OwnEnvironment } from '../status/environment';
import type { InstanceStatus } from '../status/inspect';

export interface DoctorHost extends Pick<Host, 'uid' | 'nodeVersion' | 'freeBytes'> {
  /** The environment of the shell that the doctor was called from. Checks run programs in the one of the ccbot that runs. */
  shell: Environment;
  /** Null: no ccbot runs, or it does not say. */
  running: OwnEnvironment | null;
  /** Whether ccbot runs in this `CCBOT_DIR`. A supervisor that did not answer once is not asked again. */
  instance(): Promise<InstanceStatus>;
}

export interface DoctorDeps {
  loaded: Loaded;
  host: DoctorHost;
  installation: Pick<Installation, 'version' | 'workerEntry'>;
  /** The service of this `CCBOT_DIR`, installed or not; null if this system has no known service manager. */
  service(): Manager | null;
  run: RunProgram;
  now(): number;
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
