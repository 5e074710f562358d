import type { Agent } from '../agents/agent';
import type { Panes } from '../terminal/panes';
import type { HoldReason } from './decide';
import type { Look } from '../watch/screen-reader';
import type { Session } from '../sessions/model';
import type { Prompt, PromptQueue } from './model';

/** What the delivery is given. */
export interface DeliveryDeps {
  prompts: PromptQueue;
  /** Does what writes to the queue once there is room on the disk. */
  retryWhileFull(signal: AbortSignal, work: () => Promise<void> | void): Promise<void>;
  panes: Panes;
  agentOf(session: Session): Agent;
  session(id: string): Session | undefined;
  /** Words a prompt that is about to be typed anew, where its words depend on the time. */
  refresh(id: number): void;
  /** Looks at the session's screen and dispatches what it says. */
  look(id: string): Promise<Look>;
  /** Resolves when every transcript has been read up to its present end. */
  caughtUp(): Promise<void>;
  /** Goes on looking at a session whose screen keeps a message waiting, or no longer. */
  attend(id: string, on: boolean): void;
  /** A prompt was typed into the terminal and submitted; `confirmed`: the agent was quicker to show that it has it. */
  onTyped(prompt: Prompt, confirmed: boolean): void;
  /** The agent took a prompt, by what the screen tells: of its own commands often nothing else does. */
  onTaken(prompt: Prompt): void;
  onFailed(session: Session, prompt: Prompt, reason: string): void;
  /** A prompt has to wait. */
  onHeld(session: Session, prompt: Prompt, why: HoldReason): void;
  /** A prompt waits behind another one. */
  onQueued(prompt: Prompt): void;
  /** Nobody knows whether the agent has a prompt: the person decides. */
  onDoubt(prompt: Prompt): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Types waiting prompts into their sessions, one at a time for each session, in the order they were written. */
export interface Delivery {
  /** Looks whether something of this session can be typed now. Resolves when there is nothing more to type for now. */
  kick(session: string): Promise<void>;
  /** The screen of a session was looked at because it had changed: what waits for that may go on. */
  looked(session: string): void;
  /** The terminal was away: what was being typed is held against the evidence again. */
  reconsider(): void;
  /** The agent has the prompt. */
  confirmed(prompt: Prompt): void;
  /** The person decided about a prompt of unknown fate; it is `waiting` or `dropped` by now. */
  decided(prompt: Prompt, how: 'again' | 'dropped'): void;
  /** Whether this run of the worker has typed the prompt, or is typing it: then its fate is no question for the person. */
  inHand(prompt: number): boolean;
  /** Resolves when no typing is under way. */
  idle(): Promise<void>;
  /** The session is over: whoever wrote what still waits for it is told. */
  release(session: string): void;
  stop(): void;
}
