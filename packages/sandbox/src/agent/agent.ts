import { hooksFor, runHook } from './hooks';
import type { PermissionRequest } from './permission';
import type { Records } from './records';
import { draw } from './screen';
import type { ScriptedTurn } from './script';

/** The running agent. The keyboard writes the draft and the queue, the turn writes the rest. */
export interface Agent {
  readonly stateDir: string;
  readonly cwd: string;
  readonly records: Records;
  readonly script: readonly ScriptedTurn[];
  /** Everything above the input line. */
  lines: string[];
  /** What is in the input line. */
  draft: string;
  /** What the agent is doing; empty while it waits for a prompt. */
  activity: string;
  /** Prompts that were submitted during a turn. */
  readonly queue: string[];
  /** Escape was pressed in the current turn. */
  isInterrupted: boolean;
  /** The current turn has shown nothing yet. */
  isSilent: boolean;
  /** Ends the current wait; null when the turn waits for nothing. */
  cancelWait: (() => void) | null;
  /** The open permission request, which `y` and `n` answer. */
  request: PermissionRequest | null;
}

/** The lines of an empty conversation. */
export const banner = (cwd: string): string[] => ['Scripted agent', cwd, ''];

export function show({ lines, draft, activity }: Agent): void {
  const { columns, rows } = process.stdout;
  process.stdout.write(draw({ lines, draft, activity }, columns || 80, rows || 24));
}

/** Runs the hooks of an event one after the other and waits for them, as agents do. */
export async function runHooks(agent: Agent, event: string, payload: Record<string, unknown>): Promise<void> {
  for (const hook of hooksFor(agent.stateDir, event)) await runHook(hook, hookInput(agent, event, payload));
}

/** What a hook gets on standard input. */
export function hookInput({ records, cwd }: Agent, event: string, payload: Record<string, unknown>): string {
  return JSON.stringify({
    session_id: records.sessionId,
    transcript_path: records.transcriptPath,
    cwd,
    hook_event_name: event,
    ...payload,
  });
}

/** Ends the process and leaves the terminal as it was. */
export function exit(agent: Agent, code: number): never {
  agent.records.close();
  process.stdout.write('\u001b[?2004l\u001b[?25h\r\n');
  process.exit(code);
}
