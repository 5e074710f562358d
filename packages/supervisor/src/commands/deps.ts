import type { Paths } from '@ccbot/shared/config/paths';

/** The exit code of `status` (and of commands that need a running ccbot) when there is none; `systemctl is-active` has the same. */
export const NOT_ACTIVE = 3;

/** What the commands that look at a running ccbot, or talk to it, are given. */
export interface CommandDeps {
  paths: Paths;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  out: NodeJS.WritableStream & { isTTY?: boolean };
  err: NodeJS.WritableStream;
  now(): number;
}
