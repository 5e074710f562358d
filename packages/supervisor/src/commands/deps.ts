import type { Loaded } from '@ccbot/shared/config/load';
import type { Paths } from '@ccbot/shared/config/paths';
import type { Host, Installation, Terminal } from '../host';

/** The exit code when ccbot is not running, as for `systemctl is-active`. */
export const NOT_ACTIVE = 3;

export interface CommandDeps {
  paths: Paths;
  host: Host;
  terminal: Terminal;
  installation: Installation;
  /** Loads the current settings. */
  load(): Promise<Loaded>;
  now(): number;
}
