import * as z from 'zod/mini';
import type { AgentCatalog } from '../../agents/catalog';
import type { Registry } from '../../sessions/registry';
import type { SocketHandler, SocketLine } from '../../watch/socket';

const line = z.object({
  v: z.literal(1),
  kind: z.literal('statusline'),
  at: z.optional(z.number()),
  ccbotSession: z.optional(z.string()),
  payload: z.looseObject({ session_id: z.string() }),
});

/** What an agent passed to its status line command. `at` is ms since the epoch. */
interface StatusEvent {
  at: number;
  /** ccbot's own session id; absent for an agent that was started by hand. */
  ccbotSession?: string;
  /** The agent's own session. */
  sessionId: string;
  payload: Readonly<Record<string, unknown>>;
}

export interface StatusLineDeps {
  sessions: Registry;
  agents: Pick<AgentCatalog, 'get'>;
  now(): number;
}

/** Takes the lines of the kind `statusline`. */
export function statusLineHandler(deps: StatusLineDeps): SocketHandler {
  return (raw) => {
    const event = parseStatusLine(raw, deps.now());
    if (event === null) return false;
    takeStatus(deps, event);
    return true;
  };
}

/** Null for anything but a status line of this version. `now`: when it was read, ms since the epoch. */
function parseStatusLine(raw: SocketLine, now: number): StatusEvent | null {
  const parsed = line.safeParse(raw);
  if (!parsed.success) return null;
  const { at = now, ccbotSession, payload } = parsed.data;
  return {
    at,
    sessionId: payload.session_id,
    payload,
    ...(ccbotSession === undefined ? {} : { ccbotSession }),
  };
}

function takeStatus({ sessions, agents, now }: StatusLineDeps, event: StatusEvent): void {
  const { at, ccbotSession, sessionId, payload } = event;
  const session =
    ccbotSession === undefined
      ? sessions.live().find(({ binding }) => binding?.sessionId === sessionId)
      : sessions.get(ccbotSession);
  // Another agent may run inside this one's window; its figures are not shown.
  if (session === undefined || (session.binding ?? { sessionId }).sessionId !== sessionId) return;
  const figures = agents.get(session.agent)?.agent.figures?.(payload);
  if (figures === undefined) return;
  sessions.dispatch(session.id, [{ type: 'observed', at: now(), event: { type: 'figures', at, figures } }]);
}
