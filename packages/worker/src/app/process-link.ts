import { sendMessage, parseSupervisorMessage } from '@ccbot/shared/protocol/channel';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import {
  GENERATION_ENV,
  ORPHAN_WATCH_ENV,
  PROTOCOL_VERSION,
  type WorkerMessage,
} from '@ccbot/shared/protocol/messages';

/** A message without its head. */
export type MessageBody = WorkerMessage extends infer M
  ? M extends WorkerMessage
    ? Omit<M, 'v' | 'generation'>
    : never
  : never;

/** The end of a `drain` is this long before the supervisor kills, ms: closing takes a moment. */
const CLOSING_MS = 500;

/** The worker's end of the line to its supervisor; without one nothing is sent. */
export interface SupervisorLink {
  readonly generation: number;
  readonly isSupervised: boolean;
  tell(body: MessageBody): void;
  /** Hears when the process should stop, and how long it may take, ms; undefined: nobody said. */
  onDrain(listener: (why: string, deadlineMs: number | undefined) => void): void;
  close(): void;
}

export function createSupervisorLink(
  env: Readonly<Record<string, string | undefined>>,
  isSupervised: boolean,
): SupervisorLink {
  const generation = Number(env[GENERATION_ENV] ?? 0);
  let onSignal = (_signal: NodeJS.Signals): void => undefined;
  return {
    generation,
    isSupervised,
    tell(body) {
      if (isSupervised) sendMessage(process, { v: PROTOCOL_VERSION, generation, ...body } as WorkerMessage);
    },
    onDrain(listener) {
      onSignal = (signal) => listener(signal, undefined);
      process.on('SIGTERM', onSignal);
      process.on('SIGINT', onSignal);
      if (!isSupervised) return;
      process.on('message', (raw) => {
        const message = parseSupervisorMessage(raw);
        if (message.type === 'drain')
          listener('asked by the supervisor', Math.max(0, message.deadlineMs - CLOSING_MS));
      });
      // Without its supervisor the worker is unwatched, and another pair may be about to start.
      process.on('disconnect', () => process.exit(EXIT.temporary));
      // A blocked event loop does not hear `disconnect`; where the kernel does not end the process, a thread does.
      if (env[ORPHAN_WATCH_ENV] === '1') void watchParent(process.ppid);
    },
    close() {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
    },
  };
}

/** Loaded only where it is needed: the first poll waits for what is loaded before it. */
async function watchParent(parent: number): Promise<void> {
  const { watchForOrphan } = await import('./orphan-watch');
  watchForOrphan(parent);
}
