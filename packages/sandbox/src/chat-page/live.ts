import type { ServerResponse } from 'node:http';
import type { SandboxState } from '../telegram/state';
import { createChanges } from './changes';
import type { Snapshot } from './snapshot';

/** Changes within this time, ms, are sent together: a screen shows 60 pictures a second. */
const BATCH_MS = 16;

/** A line now and then, so that a connection that died is noticed, ms. */
const BEAT_MS = 15_000;

/** Sends what is there, and then each change, as server-sent events until the page goes. */
export function stream(state: SandboxState, look: () => Snapshot, res: ServerResponse): void {
  const changes = createChanges();
  let batch: NodeJS.Timeout | undefined;
  const send = (): void => {
    batch = undefined;
    res.write(`data: ${JSON.stringify(changes(look()))}\n\n`);
  };
  const onChange = (): void => {
    batch ??= setTimeout(send, BATCH_MS);
  };
  const beat = setInterval(() => res.write(': still here\n\n'), BEAT_MS);
  res.write('retry: 1000\n\n');
  send();
  state.changed.on('change', onChange);
  res.on('close', () => {
    clearTimeout(batch);
    clearInterval(beat);
    state.changed.off('change', onChange);
  });
}
