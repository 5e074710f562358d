import * as z from 'zod/mini';
import type { SocketHandler, SocketLine } from '../../watch/socket';

const line = z.object({
  v: z.literal(1),
  kind: z.literal('statusline'),
  at: z.number(),
  ccbotSession: z.optional(z.string()),
  payload: z.looseObject({ session_id: z.string() }),
});

/** What an agent gave to its status line. `at` is ms since the epoch. */
export interface StatusEvent {
  at: number;
  /** ccbot's own session id; absent for an agent that was started by hand. */
  ccbotSession?: string;
  /** The agent's own session. */
  sessionId: string;
  payload: Readonly<Record<string, unknown>>;
}

/** Reads a line; null for anything else than a status line of this version. */
export function parseStatusLine(raw: SocketLine): StatusEvent | null {
  const parsed = line.safeParse(raw);
  if (!parsed.success) return null;
  const { at, ccbotSession, payload } = parsed.data;
  const event: StatusEvent = { at, sessionId: payload.session_id, payload };
  if (ccbotSession !== undefined) event.ccbotSession = ccbotSession;
  return event;
}

/** Takes the lines of kind `statusline`. */
export function statusLineHandler(onEvent: (event: StatusEvent) => void): SocketHandler {
  return (raw) => {
    const event = parseStatusLine(raw);
    if (event === null) return false;
    onEvent(event);
    return true;
  };
}
