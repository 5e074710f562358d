import { supervisorMessage, workerMessage, type SupervisorMessage, type WorkerMessage } from './messages';

/** A message that could not be understood: another version, or a kind that this one does not know. */
export interface OtherMessage {
  type: 'other';
  raw: unknown;
}

/** One end of Node's IPC: the process itself in the worker, the child in the supervisor. */
export interface IpcEnd {
  readonly connected: boolean;
  send?(message: object, callback?: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Reads a message from the worker. */
export function parseWorkerMessage(raw: unknown): WorkerMessage | OtherMessage {
  const parsed = workerMessage.safeParse(raw);
  return parsed.success ? parsed.data : { type: 'other', raw };
}

/** Reads a message from the supervisor. */
export function parseSupervisorMessage(raw: unknown): SupervisorMessage | OtherMessage {
  const parsed = supervisorMessage.safeParse(raw);
  return parsed.success ? parsed.data : { type: 'other', raw };
}

/** Sends a message; false when nobody listens any more, which the disconnect itself tells better than an error here. */
export function sendMessage(end: IpcEnd, message: WorkerMessage | SupervisorMessage): boolean {
  if (!end.connected || end.send === undefined) return false;
  // The callback keeps a connection that breaks meanwhile from becoming an uncaught error.
  // What `send` itself answers is whether to slow down, and these messages are few.
  end.send(message, () => undefined);
  return true;
}
