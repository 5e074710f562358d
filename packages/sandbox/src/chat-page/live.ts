import type { ServerResponse } from 'node:http';
import type { SandboxState } from '../telegram/state';
import { createChanges } from './changes';
import type { Snapshot } from './snapshot';

/** Changes within this time are sent together, ms: one frame of a 60 Hz screen. */
const BATCH_MS = 16;

/** Interval of the comment that reveals a dead connection, ms. */
const HEARTBEAT_MS = 15_000;

/** Sends the current state, then each change, as server-sent events until the page disconnects. */
export function stream(state: SandboxState, takeSnapshot: () => Snapshot, res: ServerResponse): void {
  const changes = createChanges();
  let batch: NodeJS.Timeout | undefined;
  const send = (): void => {
    batch = undefined;
    res.write(`data: ${JSON.stringify(changes(takeSnapshot()))}\n\n`);
  };
  const onChange = (): void => {
    batch ??= setTimeout(send, BATCH_MS);
  };
  const heartbeat = setInterval(() => res.write(': still here\n\n'), HEARTBEAT_MS);
  res.write('retry: 1000\n\n');
  send();
  state.changed.on('change', onChange);
  res.on('close', () => {
    clearTimeout(batch);
    clearInterval(heartbeat);
    state.changed.off('change', onChange);
  });
}
