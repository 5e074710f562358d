import * as z from 'zod/mini';
import type { SocketHandler, SocketLine } from './socket';

const line = z.object({
  v: z.literal(1),
  kind: z.literal('hook'),
  at: z.number(),
  ccbotSession: z.optional(z.string()),
  pane: z.optional(z.string()),
  backend: z.string(),
  payload: z.looseObject({ hook_event_name: z.string(), session_id: z.string() }),
});

/** What an agent's hook told. `at` is ms since the epoch. */
export interface HookEvent {
  at: number;
  /** ccbot's own session id; absent for an agent that was started by hand. */
  ccbotSession?: string;
  pane?: string;
  backend: string;
  /** The agent's name for the event, such as `SessionStart`. */
  name: string;
  /** The agent's own session. */
  sessionId: string;
  transcriptPath?: string;
  cwd?: string;
  /** Of `SessionStart`: why it began, such as `startup` or `clear`. */
  source?: string;
  /** Of `UserPromptSubmit`: the prompt as the agent took it. */
  prompt?: string;
}

/** Reads a line; null for anything else than a hook's line of this version. */
export function parseHookLine(raw: SocketLine): HookEvent | null {
  const parsed = line.safeParse(raw);
  if (!parsed.success) return null;
  const { at, ccbotSession, pane, backend, payload } = parsed.data;
  const text_ = (key: string): string | undefined =>
    typeof payload[key] === 'string' ? (payload[key] as string) : undefined;
  const event: HookEvent = { at, backend, name: payload.hook_event_name, sessionId: payload.session_id };
  if (ccbotSession !== undefined) event.ccbotSession = ccbotSession;
  if (pane !== undefined) event.pane = pane;
  const transcriptPath = text_('transcript_path');
  if (transcriptPath !== undefined) event.transcriptPath = transcriptPath;
  const cwd = text_('cwd');
  if (cwd !== undefined) event.cwd = cwd;
  const source = text_('source');
  if (source !== undefined) event.source = source;
  const prompt = text_('prompt');
  if (prompt !== undefined) event.prompt = prompt;
  return event;
}

/** Takes the lines of kind `hook`. */
export function hookHandler(onEvent: (event: HookEvent) => void): SocketHandler {
  return (raw) => {
    const event = parseHookLine(raw);
    if (event === null) return false;
    onEvent(event);
    return true;
  };
}
