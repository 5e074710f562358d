import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { sharedDirectory } from '@ccbot/shared/config/sockets';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import type { DoctorDeps, Finding } from './deps';

/** Where to look; tests name other places. */
export interface TemporaryPlaces {
  shared: string;
  tmux: string;
}

/** Checks the directories with predictable names among the temporary files, which another user may have taken first. */
export function examineTemporary(
  { host }: { host: Pick<DoctorDeps['host'], 'uid'> },
  places: TemporaryPlaces = placesOf(host.uid),
): Finding {
  const check = checkOf('temporary', 'temporary files');
  const checks: Check[] = [];
  const shared = takenBy(places.shared, host.uid);
  if (shared !== null) {
    checks.push(
      check.warn(
        `${places.shared} ${shared}. ccbot works without it, but agents in a sandbox cannot send files, and a ccbot of another user with the same token is noticed only when Telegram reports it`,
        `Have an administrator remove it (\`rm -r ${places.shared}\`), then restart ccbot.`,
      ),
    );
  }
  const tmux = takenBy(places.tmux, host.uid);
  if (tmux !== null) {
    checks.push(
      check.bad(
        `${places.tmux} ${tmux}, so tmux refuses to start`,
        `Have an administrator remove it, or set TMUX_TMPDIR to a directory in your home, for ccbot and in your shell.`,
      ),
    );
  }
  return { checks: checks.length === 0 ? [check.ok('nobody else has taken our names')] : checks };
}

function placesOf(uid: number): TemporaryPlaces {
  return { shared: sharedDirectory(), tmux: join(process.env['TMUX_TMPDIR'] ?? '/tmp', `tmux-${uid}`) };
}

/** Null if it is ours or does not exist. */
function takenBy(path: string, uid: number): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (!stat.isDirectory()) return 'is no directory';
  return stat.uid === uid ? null : `belongs to another user (uid ${stat.uid})`;
}
