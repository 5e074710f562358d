import { workerPipeOf, workerSocketOf } from '@ccbot/shared/config/sockets';
import { writeToOwnPipe } from '@ccbot/shared/ownership/pipe';
import type { HookLine, StatusLine } from '@ccbot/shared/protocol/hook';

/**
 * Sends the worker a line that needs no answer. Resolves when the kernel has it, or when there is no worker. `dir`: the
 * `CCBOT_DIR`. `onError` hears why a connection failed.
 */
export async function tellWorker(
  dir: string,
  line: HookLine | StatusLine,
  onError: (error: Error) => void,
): Promise<void> {
  const text = JSON.stringify(line);
  if (writeToOwnPipe(workerPipeOf(dir), text)) return;
  // Loaded only here, because it takes longer than the rest of the hook.
  const { sendLine } = await import('./send');
  await sendLine(workerSocketOf(dir), text, onError);
}
