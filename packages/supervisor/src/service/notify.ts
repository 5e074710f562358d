import { execFile } from 'node:child_process';

/** Tells systemd how we are, where it started us with `Type=notify`; does nothing elsewhere. */
export interface ServiceNotify {
  ready(): void;
  stopping(): void;
  close(): void;
}

/**
 * Node has no Unix datagrams, so `systemd-notify` speaks for us (the unit allows it with `NotifyAccess=all`;
 * the worker and the agents do not get the socket's address). With `WatchdogSec=120` that is one short process
 * a minute.
 */
export function createServiceNotify(
  env: Readonly<Record<string, string | undefined>>,
  /** Whether the supervisor does its work; the watchdog is fed only then. */
  alive: () => boolean,
  log: (text: string) => void,
): ServiceNotify {
  const socket = env['NOTIFY_SOCKET'];
  let complained = false;
  const say = (...words: string[]): void => {
    if (socket === undefined || socket === '') return;
    execFile('systemd-notify', [`--pid=${process.pid}`, ...words], { timeout: 5_000 }, (error) => {
      if (error === null || complained) return;
      complained = true;
      log(`systemd could not be notified: ${error.message}`);
    });
  };
  const everyMs = Math.floor(Number(env['WATCHDOG_USEC'] ?? 0) / 2_000);
  const timer =
    socket !== undefined && everyMs > 0
      ? setInterval(() => {
          if (alive()) say('WATCHDOG=1');
        }, everyMs)
      : undefined;
  return {
    ready: () => say('READY=1'),
    stopping: () => say('STOPPING=1'),
    close: () => clearInterval(timer),
  };
}
