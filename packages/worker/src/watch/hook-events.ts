import * as z from 'zod/mini';
import { absolutePath } from '../agents/record';
import type { SocketHandler, SocketLine } from './socket';

const line = z.object({
  v: z.literal(1),
  kind: z.literal('hook'),
  at: z.optional(z.number()),
  ccbotSession: z.optional(z.string()),
  pane: z.optional(z.string()),
  backend: z.string(),
  payload: z.looseObject({ hook_event_name: z.string(), session_id: z.string() }),
});

/** What an agent's hook reports. `at` is ms since the epoch. */
export interface HookEvent {
  at: number;
  /** ccbot's own session id; absent for an agent that the user started. */
  ccbotSession?: string;
  pane?: string;
  backend: string;
  /** The agent's name for the event, such as `SessionStart`. */
  name: string;
  /** The id of the agent's own session. */
  sessionId: string;
  /** Absolute, on one line. What is there may be anything. */
  transcriptPath?: string;
  cwd?: string;
  /** Of `SessionStart`: why it began, such as `startup` or `clear`. */
  source?: string;
  /** Of `UserPromptSubmit`: the prompt as the agent received it. */
  prompt?: string;
  /** Of `Stop`: the agent's last text, trimmed. */
  answer?: string;
  /** The agent's own id of the turn. */
  turnId?: string;
}

/** Optional texts of an event, with their keys in the payload. */
const PAYLOAD_TEXTS = [
  ['transcriptPath', 'transcript_path'],
  ['cwd', 'cwd'],
  ['source', 'source'],
  ['prompt', 'prompt'],
  ['turnId', 'prompt_id'],
] as const;

/** Null for anything but a hook's line of this version. `now`: when it was read, ms since the epoch. */
export function parseHookLine(raw: SocketLine, now: number): HookEvent | null {
  const parsed = line.safeParse(raw);
  if (!parsed.success) return null;
  const { at = now, ccbotSession, pane, backend, payload } = parsed.data;
  const event: HookEvent = { at, backend, name: payload.hook_event_name, sessionId: payload.session_id };
  if (ccbotSession !== undefined) event.ccbotSession = ccbotSession;
  if (pane !== undefined) event.pane = pane;
  for (const [field, key] of PAYLOAD_TEXTS) {
    const text = payload[key];
    // No agent names a transcript otherwise, and the path is shown to the next agent at a handover.
    if (typeof text === 'string' && (field !== 'transcriptPath' || absolutePath(text) !== ''))
      event[field] = text;
  }
  const answer = payload['last_assistant_message'];
  // Sub-agents have an event of their own; this is against one that an agent reports as its main agent's.
  const isMain = event.name === 'Stop' && payload['agent_id'] === undefined;
  if (isMain && typeof answer === 'string') event.answer = answer;
  return event;
}

/** Handles lines of kind `hook`. */
export function hookHandler(onEvent: (event: HookEvent) => void, now: () => number): SocketHandler {
  return (raw) => {
    const event = parseHookLine(raw, now());
    if (event === null) return false;
    onEvent(event);
    return true;
  };
}
