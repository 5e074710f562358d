import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Paths } from '../config/paths';
import { sharedDirectory, SHARED_MODE } from '../config/sockets';
import { reasonOf } from '../faults/fault';
import { makeOwnDirectory } from '../ownership/make';

/** The lock files of one bot's token. An instance takes all that it can use; each of them keeps a second poller out. */
export interface TokenLockPaths {
  /** In this user's home: keeps out the other `CCBOT_DIR`s of this user. No other user can interfere with it. */
  own: string;
  /**
   * In the directory for temporary files: keeps out other users of this machine, who cannot see the home, and earlier
   * versions, which know only this one. Another user may have taken the directory's name, so it can be unusable.
   */
  shared: string;
}

/**
 * The file names do not reveal the token. The API server is part of them because the same token belongs to a different
 * bot on another server.
 */
export function tokenLockPaths(
  paths: Pick<Paths, 'tokenLocks'>,
  { token, apiRoot }: { token: string; apiRoot: string },
): TokenLockPaths {
  const hash = createHash('sha256').update(`${apiRoot} ${token}`).digest('hex').slice(0, 24);
  const name = `token-${hash}.lock`;
  return { own: join(paths.tokenLocks, name), shared: join(sharedDirectory(), name) };
}

/** Creates the directories of the locks. Returns the reason for each that cannot be used. */
export function prepareTokenLocks(paths: TokenLockPaths): Partial<Record<keyof TokenLockPaths, string>> {
  // The user may have moved the own one elsewhere and left a link.
  const own = reasonAgainst(dirname(paths.own), 0o700, { link: true });
  const shared = reasonAgainst(dirname(paths.shared), SHARED_MODE, { link: false });
  return { ...(own === null ? {} : { own }), ...(shared === null ? {} : { shared }) };
}

/** Null if the directory can be used. */
function reasonAgainst(directory: string, mode: number, how: { link: boolean }): string | null {
  try {
    makeOwnDirectory(directory, mode, how);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
