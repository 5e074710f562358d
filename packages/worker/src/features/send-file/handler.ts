import type { SocketHandler } from '../../watch/socket';
import type { Deliver } from './delivery';
import { sendRequest, type SendResult } from './protocol';

/** How long the one who asks waits for Telegram, ms; what is not sent by then is told as queued. */
export const PATIENCE_MS = 60_000;

/** Answers a request to send files. Null: it is none. */
export async function answerRequest(deliver: Deliver, raw: unknown): Promise<Record<string, unknown> | null> {
  const parsed = sendRequest.safeParse(raw);
  if (!parsed.success) return null;
  const results: SendResult[] = await deliver.send(parsed.data, PATIENCE_MS);
  return { v: 1, kind: 'send-file', id: parsed.data.id, results };
}

/** Takes requests to send files on the worker's socket. */
export function sendHandler(deliver: Deliver, log: (level: 'warn', text: string) => void): SocketHandler {
  return (line, peer) => {
    if (!sendRequest.safeParse(line).success) return false;
    peer.hold();
    answerRequest(deliver, line)
      .then((answer) => peer.reply(answer ?? {}))
      .catch((error: unknown) => log('warn', `a request to send files failed: ${String(error)}`))
      .finally(() => peer.end());
    return true;
  };
}
