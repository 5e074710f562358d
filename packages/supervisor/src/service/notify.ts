import { execFile } from 'node:child_process';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Environment } from '../host';

/** Reports our state to systemd if it started us with `Type=notify`; otherwise does nothing. */
export interface ServiceNotify {
  ready(): void;
  stopping(): void;
  /** Resolves when everything has been told. */
  close(): Promise<void>;
}

/**
 * Node has no Unix datagram sockets, so we run `systemd-notify`. The unit allows that with `NotifyAccess=all`; the worker
 * and the agents do not get the socket's address. With `WatchdogSec=120` it is one short process per minute.
 */
export function createServiceNotify(
  env: Environment,
  /** The watchdog is fed only while this holds. */
  isAlive: () => boolean,
  log: LogFn,
): ServiceNotify {
  const socket = env['NOTIFY_SOCKET'];
  let complained = false;
  let last = Promise.resolve();
  const send = (word: string): Promise<void> =>
    new Promise((resolve) => {
      execFile('systemd-notify', [`--pid=${process.pid}`, word], { timeout: 5_000 }, (error) => {
        if (error !== null && !complained) log('warn', 'systemd not notified', { reason: error.message });
        complained ||= error !== null;
        resolve();
      });
    });
  // One after the other: of two processes the second may come first.
  const notify = (word: string): void => {
    if (socket === undefined || socket === '') return;
    last = last.then(() => send(word));
  };
  const everyMs = Math.floor(Number(env['WATCHDOG_USEC'] ?? 0) / 2_000);
  const timer =
    socket !== undefined && everyMs > 0
      ? setInterval(() => {
          if (isAlive()) notify('WATCHDOG=1');
        }, everyMs)
      : undefined;
  return {
    ready: () => notify('READY=1'),
    stopping: () => notify('STOPPING=1'),
    close() {
      clearInterval(timer);
      return last;
    },
  };
}
