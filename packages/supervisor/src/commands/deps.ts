import type { Paths } from '@ccbot/shared/config/paths';

/** The exit code when ccbot is not running, as for `systemctl is-active`. */
export const NOT_ACTIVE = 3;

export interface CommandDeps {
  paths: Paths;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  out: NodeJS.WritableStream & { isTTY?: boolean };
  err: NodeJS.WritableStream;
  now(): number;
}
