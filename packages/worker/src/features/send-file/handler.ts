import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { SocketHandler } from '../../watch/socket';
import { sendRequest } from './protocol';
import { sendFiles, type SendingDeps } from './sending';

/** How long the command waits for Telegram, ms; a file that is not sent by then is reported as queued. */
const PATIENCE_MS = 60_000;

/** Answers a request to send files. Null: it is not such a request. */
export async function answerRequest(
  deps: SendingDeps,
  raw: unknown,
): Promise<Record<string, unknown> | null> {
  const parsed = sendRequest.safeParse(raw);
  if (!parsed.success) return null;
  const results = await sendFiles(deps, parsed.data, PATIENCE_MS);
  return { v: 1, kind: 'send-file', id: parsed.data.id, results };
}

/** Takes requests to send files on the worker's socket. */
export function sendHandler(deps: SendingDeps, log: LogFn): SocketHandler {
  return (line, peer) => {
    if (!sendRequest.safeParse(line).success) return false;
    peer.hold();
    answerRequest(deps, line)
      .then((answer) => peer.reply(answer ?? {}))
      .catch((error: unknown) => log('warn', 'send-file request failed', { reason: reasonOf(error) }))
      .finally(() => peer.end());
    return true;
  };
}
