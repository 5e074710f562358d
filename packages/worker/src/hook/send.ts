import { connectOwn } from '@ccbot/shared/ownership/socket';

/** How long to wait for the worker's socket, ms. */
const SOCKET_MS = 500;

/** Sends the worker's socket a line. Resolves when the kernel has it, or the connection failed, which `onError` hears. */
export function sendLine(socket: string, line: string, onError: (error: Error) => void): Promise<void> {
  return new Promise((resolve) => {
    const connection = connectOwn(socket);
    connection.setTimeout(SOCKET_MS, () => connection.destroy());
    connection.on('error', onError); // no worker: it reads the session map when it starts
    connection.on('close', () => resolve());
    // The kernel has all data now, and the worker sends no answer.
    connection.on('finish', () => connection.destroy());
    connection.end(`${line}\n`);
  });
}
