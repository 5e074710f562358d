/** The output of an agent's login program so far. */
export interface LoginScreen {
  /** Where the user logs in. Absent until it is complete. */
  link?: string;
  /** The code that the user enters there. Such a program needs no input and notices by itself when the login is done. */
  code?: string;
  /** Whether it waits for a line of input. */
  waits: boolean;
}

/** Whether the agent is logged in. `expiresAt` is ms since the epoch, absent when the agent does not say. */
export interface LoginStatus {
  loggedIn: boolean;
  expiresAt?: number;
}

/**
 * The login of an agent without its terminal: its login program prints a link and reads a code, or prints both and
 * waits until the user has entered the code there.
 */
export interface AgentLogin {
  /** How long the program may take, ms. Absent: as long as ccbot waits for the user. */
  readonly patienceMs?: number;
  /** True: it deletes the existing login as soon as it starts, even if the new login fails. */
  readonly discards?: boolean;
  /** Whether an error of the agent means that its login is dead. `error` is the agent's error name, not its message. */
  isDead(error: string): boolean;
  /** The argv of the login program. `command` as in a launch. It exits with 0 when the login worked. */
  argv(command: readonly string[]): string[];
  /** Reads the output of the login program, free of escapes and of wrapped lines. */
  read(printed: string): LoginScreen;
  /** The argv of the program that prints the login status. */
  statusArgv(command: readonly string[]): string[];
  /** Reads the output of that program after exit code 0. Null when the output is not understood. */
  readStatus(printed: string): LoginStatus | null;
}
