import { withAddon } from '@ccbot/shared/addons/load';
import type * as NodePty from 'node-pty';
import type { IPty, IPtyForkOptions } from 'node-pty';

/** Runs a program on a new terminal. Throws node-pty's errors, and a `FaultError` `ADDON_BROKEN`. */
export function spawn(program: string, args: string[], options: IPtyForkOptions): IPty {
  return withAddon('node-pty', (addon: typeof NodePty) => addon.spawn(program, args, options));
}
