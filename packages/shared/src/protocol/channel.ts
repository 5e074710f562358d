import type { OtherMessage } from './envelope';
import { supervisorMessage, type SupervisorMessage, type WorkerMessage } from './messages';

export type { OtherMessage } from './envelope';

/** One end of Node's IPC channel: `process` in the worker, the child process in the supervisor. */
export interface IpcEnd {
  readonly connected: boolean;
  send?(message: object, callback?: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

export function parseSupervisorMessage(raw: unknown): SupervisorMessage | OtherMessage {
  const parsed = supervisorMessage.safeParse(raw);
  return parsed.success ? parsed.data : { type: 'other', raw };
}

/** Sends a message. Returns false if the other end is gone; its `disconnect` event reports that, so this is no error. */
export function sendMessage(end: IpcEnd, message: WorkerMessage | SupervisorMessage): boolean {
  if (!end.connected || end.send === undefined) return false;
  // Without the callback, a connection that breaks now would raise an uncaught error. We ignore the return value, which
  // only asks to slow down: these messages are few.
  end.send(message, () => undefined);
  return true;
}
