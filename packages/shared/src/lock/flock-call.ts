import type * as FsExt from 'fs-ext';
import { withAddon } from '../addons/load';

/** Calls flock(2): `ex` or `sh`, with `nb` not to wait. Throws its error, and a `FaultError` `ADDON_BROKEN`. */
export function flockSync(fd: number, operation: 'exnb' | 'shnb'): void {
  withAddon('fs-ext', (addon: typeof FsExt) => addon.flockSync(fd, operation));
}
