import type { Figures, SessionEvent } from '../sessions/events';
import type { AgentLogin } from './login';
import type { Keystroke } from '../terminal/panes';
import type { ShadedScreen } from '../terminal/shade';
import type { Language } from '../words/language';

/** Where and how a session's agent is to be started. */
export interface LaunchRequest {
  /** The command of the settings, split into words, such as `['claude']`; the program is already resolved to a path. */
  command: readonly string[];
  /** Flags of the settings, split into words. */
  flags: readonly string[];
  /** The agent's own session id to go on with; absent: a new one. */
  resume?: string;
  /** The command line that the person wrote, for an agent that is one. */
  line?: string;
}

/** What the screen of an agent says about typing into it. */
export type Readiness =
  /** Still starting, or restoring: hold what there is to type. */
  | 'starting'
  /** The input line is there: text may be typed (also while a turn runs: the agent queues it). */
  | 'ready'
  /** A dialog is up (trust, login, permission): text must not be typed into it. */
  | 'dialog';

/** What the input line of an agent holds. */
export type InputLine =
  /** No line is to be seen that a prompt could go into: a page, a search, another mode. */
  | { is: 'hidden' }
  | { is: 'empty' }
  /** Something else than one of the prompts that were asked about: somebody writes at the desk. */
  | { is: 'draft' }
  /**
   * One of the prompts, by its place among those that were asked about. `whole`: exactly its text, and nothing else;
   * otherwise a part of it is seen, or what the agent shows in place of a long text. `clearing`: the keystrokes that
   * take out what is seen of it.
   */
  | { is: 'prompt'; prompt: number; whole: boolean; clearing: Keystroke[] };

/** The transcript of one agent session as the tail hands it over: whole lines, in order. */
export interface TranscriptReader {
  /**
   * Turns one line into events. A line that is not JSON, or of an unknown kind, gives `other`, never an error.
   * State that spans lines (which message is open) lives in the reader; a reader made anew at any offset
   * catches up by itself.
   */
  read(line: string): SessionEvent[];
}

/** A live agent session found through the agent's own state files, without a hook. */
export interface LiveSession {
  pid: number;
  sessionId: string;
  cwd: string;
  transcriptPath: string;
  /** What the agent says it does; `waiting`: a dialog is up. Absent where it does not say. */
  status?: 'idle' | 'busy' | 'waiting';
  /** Since when, ms since the epoch. */
  statusAt?: number;
}

/** A session that an agent keeps, and can go on with. */
export interface EarlierSession {
  /** The agent's own id of it. */
  sessionId: string;
  transcriptPath: string;
  /** The person's first words in it, in one line. */
  about: string;
  /** When something was last written, ms since the epoch. */
  at: number;
}

/** A command that a person can give to an agent. */
export interface AgentCommand {
  /** As the agent calls it, such as `fix-bug` or `plugin:deploy`. */
  name: string;
  /** What is typed for it, such as `/fix-bug`; what is to follow follows a space. */
  typed: string;
  /** What it does, in one line; may be empty. */
  about: string;
}

/** The port to one kind of coding agent. All that is peculiar to an agent lives in its folder. */
export interface Agent {
  /** Stable name, such as `claude`; also the `backend` of session_map.json. */
  readonly id: string;
  /** Name for people, such as `Claude Code`. */
  readonly title: string;
  /**
   * `screen`: the agent keeps no records, and what its terminal shows is all there is of it. Absent: it tells of its
   * turns in a transcript.
   */
  readonly surface?: 'screen';
  /** The argv to run in the window. */
  launch(request: LaunchRequest): string[];
  /** Reads the screen (visible rows, no escapes). */
  readiness(screen: readonly string[]): Readiness;
  /** The keystrokes that enter a prompt as the person wrote it, ending with the submitting key. `text` is already free of control characters. */
  typing(text: string): Keystroke[];
  /** The keystrokes that submit what stands in the input line; pressed again when the agent did not take them. */
  submitting(): Keystroke[];
  /**
   * What stands in the input line. `prompts` are those that may still, or again, be there: one that was not submitted,
   * or one that an interrupted agent gave back; the newest that fits is meant. `empty` of an agent that cannot tell.
   */
  inputLine(screen: ShadedScreen, prompts: readonly string[]): InputLine;
  /** What is typed to have it begin anew with an empty context. Absent for an agent that has none. */
  readonly clearing?: string;
  /** The keystrokes that interrupt a turn. */
  interrupt(): Keystroke[];
  reader(): TranscriptReader;
  /**
   * The transcript of a sub-agent that `agent.started` named `file`, beside the session's own one; and its reader, which
   * tells `agent.doing` of the tool call `id`. Absent for an agent whose sub-agents leave no transcript.
   */
  subTranscript?(transcriptPath: string, file: string): string;
  subReader?(id: string): TranscriptReader;
  /**
   * The transcript of the sub-agent that the tool call `id` started, for one of which no event names the file; null:
   * not there yet. Absent as above.
   */
  findSubTranscript?(transcriptPath: string, id: string): Promise<string | null>;
  /** The figures in what the agent gives to its status line. Absent for an agent whose records tell them. */
  figures?(payload: Readonly<Record<string, unknown>>): Figures;
  /**
   * The end of the text that the agent is writing while a turn runs, as the screen shows it; null when it is not
   * writing. Absent for an agent whose screen does not tell.
   */
  writing?(screen: readonly string[]): string | null;
  /** How the person logs in again away from the desk. Absent for an agent that has no program for it. */
  readonly login?: AgentLogin;
  /**
   * The commands that a session in `cwd` takes, the person's own first; what its own do is told in the language. Absent for
   * an agent that has none. Never rejects.
   */
  commands?(home: string, cwd: string, language: Language): Promise<readonly AgentCommand[]>;
  /**
   * The sessions that it keeps of a directory, at most `most`, the last one first. Absent for an agent that keeps none.
   * Never rejects.
   */
  earlier?(home: string, cwd: string, most: number): Promise<readonly EarlierSession[]>;
  /** Finds the session that runs as process `pid`, or null. `home` is the person's home directory. */
  discover(home: string, pid: number): Promise<LiveSession | null>;
  /**
   * The processes that run a session of this agent now, wherever they were started. Absent for an agent that keeps no
   * sessions.
   */
  processesOf?(home: string, sessionId: string, transcriptPath: string): Promise<readonly number[]>;
  /** Whether such a process works for windows of other sessions as well: it must not be ended. Absent: none does. */
  isShared?(pid: number): Promise<boolean>;
}
