import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { connect, Socket, type Server } from 'node:net';
import { basename, dirname } from 'node:path';
import { checkOwner, NotOursError, octal, openOwnDirectory, type OwnDirectory } from './directory';

/** The longest path of a socket, bytes: `sun_path` of 108 on Linux and 104 elsewhere, with the final zero. */
const SOCKET_PATH_MAX = process.platform === 'linux' ? 107 : 103;

/**
 * Connects to a socket of ccbot, after its directory and the socket itself have proved to be this user's alone. Any
 * trouble is an `error` event of the connection: a {@link NotOursError}, or `ENOENT` when there is no socket. Nothing has
 * been sent or received then.
 *
 * Node.js cannot ask the kernel who the other end is (SO_PEERCRED). Nobody else can reach or replace the socket, because
 * its directory is this user's and closed to everybody else, and it is reached through the directory that was checked.
 */
export function connectOwn(path: string): Socket {
  let directory: OwnDirectory | undefined;
  try {
    directory = openOwnDirectory(dirname(path));
    const reach = reachOf(directory, path);
    checkSocketFile(path, reach);
    return connect(reach); // the kernel connects before this returns
  } catch (error) {
    return new Socket().destroy(error as Error);
  } finally {
    directory?.close();
  }
}

/**
 * Makes a server listen on a socket that only this user can reach. Replaces what is at the path, so the caller must know
 * that nobody listens there. Throws a {@link NotOursError} or the system's error.
 */
export async function listenOwn(server: Server, path: string): Promise<void> {
  const directory = openOwnDirectory(dirname(path));
  try {
    const reach = reachOf(directory, path);
    rmSync(reach, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(reach, () => {
        server.off('error', reject);
        resolve();
      });
    });
    chmodSync(reach, 0o600);
  } catch (error) {
    directory.close();
    throw error;
  }
  // Node.js removes the socket by this path when the server closes, so the directory stays open until then.
  server.once('close', () => directory.close());
}

/** The path to bind or connect to. Some versions of Node.js cut a longer one, and would end up at another socket. */
function reachOf(directory: OwnDirectory, path: string): string {
  const reach = directory.at(basename(path));
  const length = Buffer.byteLength(reach);
  if (length <= SOCKET_PATH_MAX) return reach;
  throw new Error(
    `its path has ${length} bytes and this system allows ${SOCKET_PATH_MAX}: set CCBOT_DIR to a shorter path`,
  );
}

/** Throws a {@link NotOursError} if `connectOwn` would not connect, or `ENOENT` if nothing is there. */
export function checkSocket(path: string): void {
  const directory = openOwnDirectory(dirname(path));
  try {
    checkSocketFile(path, directory.at(basename(path)));
  } finally {
    directory.close();
  }
}

function checkSocketFile(path: string, reach: string): void {
  const stat = lstatSync(reach);
  if (!stat.isSocket()) throw new NotOursError(path, 'is no socket');
  checkOwner(path, stat.uid);
  // Who may write to a socket may connect to it.
  if ((stat.mode & 0o022) !== 0) {
    throw new NotOursError(path, `is open to other users (mode ${octal(stat.mode)})`);
  }
}
