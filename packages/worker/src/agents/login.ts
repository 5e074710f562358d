/** What an agent's login program has printed so far, and what it waits for. */
export interface LoginScreen {
  /** Where the person logs in; absent until it is there whole. */
  link?: string;
  /** What the person enters there; such a program asks the person for nothing, and sees by itself when it is done. */
  code?: string;
  /** It waits for a line from the person. */
  waits: boolean;
}

/** Whether somebody is logged in, and until when (ms since the epoch), where the agent tells. */
export interface LoginStatus {
  loggedIn: boolean;
  expiresAt?: number;
}

/**
 * How a person logs an agent in away from the desk: by a program of the agent that prints a link and takes a code, or
 * prints both and waits until the code was entered there.
 */
export interface AgentLogin {
  /** How long the program may take, ms; absent: as long as a person is waited for. */
  readonly patienceMs?: number;
  /** True: it throws the login that there is away as it begins, whatever comes of it. */
  readonly discards?: boolean;
  /** Whether an error of the agent, by its own name for it, says that its login is dead. Never by its wording. */
  isDead(error: string): boolean;
  /** The argv of the login program; `command` as in a launch. It ends with 0 when the login worked. */
  argv(command: readonly string[]): string[];
  /** Reads what the login program printed, without escapes, on a terminal on which no line wraps. */
  read(printed: string): LoginScreen;
  /** The argv of the program that tells the status. */
  statusArgv(command: readonly string[]): string[];
  /** Reads what that program printed, where it ended with 0; null when it is not understood. */
  readStatus(printed: string): LoginStatus | null;
}
